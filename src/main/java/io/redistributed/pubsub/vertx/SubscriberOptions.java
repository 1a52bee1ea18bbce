package io.redistributed.pubsub.vertx;

import java.time.Duration;
import java.util.Objects;

/**
 * Bounds and times of a {@link TracedSubscriber}. Immutable; the {@code with} methods give changed copies.
 *
 * @param maxInFlight messages in handlers at once, over all channels of the subscriber; default 1,000
 * @param maxBufferedBytes bytes of the messages in handlers and of those that wait for one, with 256 more for each; one
 *     read of the socket may exceed it; default 64 MiB
 * @param overflow what becomes of more than that; default {@link OverflowPolicy#PAUSE}
 * @param workerConcurrency on a worker or virtual thread verticle, handlers that may run, or block, at the same time; with
 *     more than 1, messages start in no particular order; of no effect on an event loop; default 1
 * @param replyTimeout longest wait for Redis to confirm a SUBSCRIBE; default 5 s
 * @param heartbeat how often a silent connection is tested; one that does not answer until the next test counts as dead;
 *     default 2 s
 * @param closeTimeout longest wait for handlers at {@link TracedSubscriber#close}; default 30 s
 * @since 0.1.0
 */
public record SubscriberOptions(
        int maxInFlight,
        long maxBufferedBytes,
        OverflowPolicy overflow,
        int workerConcurrency,
        Duration replyTimeout,
        Duration heartbeat,
        Duration closeTimeout) {

    /** The defaults. */
    public static final SubscriberOptions DEFAULT = new SubscriberOptions(
            1_000,
            64L << 20,
            OverflowPolicy.PAUSE,
            1,
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            Duration.ofSeconds(30));

    /**
     * Checks the bounds.
     *
     * @param maxInFlight at least 1
     * @param maxBufferedBytes at least 1
     * @param overflow what becomes of more than that
     * @param workerConcurrency 1 to 1,000
     * @param replyTimeout at least 1 ms
     * @param heartbeat at least 1 ms
     * @param closeTimeout at least 1 ms
     * @throws IllegalArgumentException that names what is out of bounds
     */
    public SubscriberOptions {
        Objects.requireNonNull(overflow, "overflow");
        if (maxInFlight < 1) {
            throw new IllegalArgumentException("maxInFlight: " + maxInFlight + " must be at least 1");
        }
        if (maxBufferedBytes < 1) {
            throw new IllegalArgumentException("maxBufferedBytes: " + maxBufferedBytes + " must be at least 1");
        }
        if (workerConcurrency < 1 || workerConcurrency > 1_000) {
            throw new IllegalArgumentException("workerConcurrency: " + workerConcurrency + " is not from 1 to 1000");
        }
        check("replyTimeout", replyTimeout);
        check("heartbeat", heartbeat);
        check("closeTimeout", closeTimeout);
    }

    /**
     * Changes the bound of messages in handlers.
     *
     * @param maxInFlight at least 1
     * @return a copy with it
     */
    public SubscriberOptions withMaxInFlight(int maxInFlight) {
        return new SubscriberOptions(
                maxInFlight, maxBufferedBytes, overflow, workerConcurrency, replyTimeout, heartbeat, closeTimeout);
    }

    /**
     * Changes the buffer.
     *
     * @param maxBufferedBytes at least 1
     * @param overflow what becomes of more than that
     * @return a copy with both
     */
    public SubscriberOptions withBuffer(long maxBufferedBytes, OverflowPolicy overflow) {
        return new SubscriberOptions(
                maxInFlight, maxBufferedBytes, overflow, workerConcurrency, replyTimeout, heartbeat, closeTimeout);
    }

    /**
     * Changes how many handlers may run at the same time on a worker verticle.
     *
     * @param workerConcurrency 1 to 1,000
     * @return a copy with it
     */
    public SubscriberOptions withWorkerConcurrency(int workerConcurrency) {
        return new SubscriberOptions(
                maxInFlight, maxBufferedBytes, overflow, workerConcurrency, replyTimeout, heartbeat, closeTimeout);
    }

    /**
     * Changes the longest wait for Redis to confirm a SUBSCRIBE.
     *
     * @param replyTimeout at least 1 ms
     * @return a copy with it
     */
    public SubscriberOptions withReplyTimeout(Duration replyTimeout) {
        return new SubscriberOptions(
                maxInFlight, maxBufferedBytes, overflow, workerConcurrency, replyTimeout, heartbeat, closeTimeout);
    }

    /**
     * Changes how often a silent connection is tested.
     *
     * @param heartbeat at least 1 ms
     * @return a copy with it
     */
    public SubscriberOptions withHeartbeat(Duration heartbeat) {
        return new SubscriberOptions(
                maxInFlight, maxBufferedBytes, overflow, workerConcurrency, replyTimeout, heartbeat, closeTimeout);
    }

    /**
     * Changes how long closing waits for handlers.
     *
     * @param closeTimeout at least 1 ms
     * @return a copy with it
     */
    public SubscriberOptions withCloseTimeout(Duration closeTimeout) {
        return new SubscriberOptions(
                maxInFlight, maxBufferedBytes, overflow, workerConcurrency, replyTimeout, heartbeat, closeTimeout);
    }

    private static void check(String name, Duration duration) {
        if (duration.toMillis() < 1) {
            throw new IllegalArgumentException(name + ": " + duration.toMillis() + " ms must be at least 1 ms");
        }
    }
}
