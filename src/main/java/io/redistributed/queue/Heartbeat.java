package io.redistributed.queue;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * Holds the reply to a worker's heartbeat.
 *
 * @param lost keys ({@link Attempt#key}) of running attempts that the worker has lost; it may stop them, as their
 *     outcomes are ignored
 * @param takenBack keys of attempts that were sent to the worker but not in its heartbeat; it must not run one that
 *     arrives later
 * @param messages messages of new attempts for the worker
 * @param cancelled keys of running attempts that the worker should stop
 * @param undescribed types without a description, which the next heartbeat should contain
 * @param contested types whose description in the heartbeat differs from that of another live worker
 * @param gone those of {@code lost} whose reports Redis no longer has
 */
public record Heartbeat(
        List<String> lost,
        List<String> takenBack,
        List<Buffer> messages,
        List<String> cancelled,
        List<String> undescribed,
        List<Contested> contested,
        List<String> gone) {

    /**
     * @param type type, which now has the description of the heartbeat
     * @param worker worker that announced the other description
     */
    public record Contested(String type, String worker) {}
}
