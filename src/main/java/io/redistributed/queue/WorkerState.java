package io.redistributed.queue;

import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.util.List;

/**
 * A worker as it stands in Redis.
 *
 * @param information what it told of itself: {@code {host, pid, slots, version, refused}}
 * @param free slots that reports can be handed to now; 0 also if the worker was not heard of for more than two beats
 * @param running ids of the reports it holds, sorted
 * @param lastBeat its last sign of life, by Redis' clock
 */
public record WorkerState(String id, JsonObject information, int free, List<String> running, Instant lastBeat) {

    /** @param reply as {@code workers.lua} gives it */
    static WorkerState of(Response reply) {
        return new WorkerState(
                reply.get(0).toString(),
                new JsonObject(reply.get(1).toString()),
                reply.get(2).toInteger(),
                reply.get(4).stream().map(Response::toString).sorted().toList(),
                Instant.ofEpochMilli(reply.get(3).toLong()));
    }
}
