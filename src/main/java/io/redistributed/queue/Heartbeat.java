package io.redistributed.queue;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * Redis' answer to a worker's heartbeat.
 *
 * @param lost running attempts that are no longer the worker's, by {@link Attempt#key}: it may stop, their outcomes
 *     will not count
 * @param takenBack attempts handed to the worker that it did not tell of, by their keys: if one arrives after
 *     all, it is not to be run
 * @param messages waiting reports that are the worker's now, each as it would have been published
 * @param cancelled running attempts that are to be stopped, by their keys
 * @param undescribed types of the worker of which Redis has no description: the next heartbeat is to bring them
 * @param contested types whose description, as it came with the heartbeat, differs from that of another live worker
 */
public record Heartbeat(
        List<String> lost,
        List<String> takenBack,
        List<Buffer> messages,
        List<String> cancelled,
        List<String> undescribed,
        List<Contested> contested) {

    /**
     * @param type which the heartbeat's description stands for now
     * @param worker that announced the other one
     */
    public record Contested(String type, String worker) {}
}
