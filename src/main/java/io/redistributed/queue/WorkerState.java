package io.redistributed.queue;

import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Holds the state of a worker.
 *
 * @param information published by the worker: {@code {host, pid, slots, version, refused}}
 * @param free free slots; 0 also if the last heartbeat is more than two and a half intervals ago
 * @param running ids of the reports leased to it, sorted
 * @param lastHeartbeat time of its last heartbeat, by Redis' clock
 */
public record WorkerState(String id, JsonObject information, int free, List<String> running, Instant lastHeartbeat) {

    /** Merges the workers of all partitions by id, as each works in several. */
    static List<WorkerState> merge(List<List<WorkerState>> partitions) {
        TreeMap<String, WorkerState> workers = new TreeMap<>();
        partitions.stream()
                .flatMap(Collection::stream)
                .forEach(worker -> workers.merge(worker.id, worker, WorkerState::and));
        return List.copyOf(workers.values());
    }

    private WorkerState and(WorkerState other) {
        return new WorkerState(
                id,
                lastHeartbeat.isBefore(other.lastHeartbeat) ? other.information : information,
                free + other.free,
                Stream.concat(running.stream(), other.running.stream()).sorted().toList(),
                lastHeartbeat.isBefore(other.lastHeartbeat) ? other.lastHeartbeat : lastHeartbeat);
    }

    /** @param reply one entry of the reply of {@code workers.lua} */
    static WorkerState of(Response reply) {
        return new WorkerState(
                reply.get(0).toString(),
                new JsonObject(reply.get(1).toString()),
                reply.get(2).toInteger(),
                reply.get(4).stream().map(Response::toString).sorted().toList(),
                Instant.ofEpochMilli(reply.get(3).toLong()));
    }
}
