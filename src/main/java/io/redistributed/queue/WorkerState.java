package io.redistributed.queue;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;

/**
 * A worker as it stands in Redis.
 *
 * @param information what it told of itself: {@code {host, pid, slots, version}}
 * @param free slots that reports can be handed to now
 * @param running ids of the reports it holds
 * @param lastBeat its last sign of life, by Redis' clock
 */
public record WorkerState(String id, JsonObject information, int free, List<String> running, Instant lastBeat) {}
