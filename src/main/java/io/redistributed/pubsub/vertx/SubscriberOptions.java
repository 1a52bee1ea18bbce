package io.redistributed.pubsub.vertx;

import java.time.Duration;
import java.util.Objects;

/**
 * Configures the limits and timeouts of a {@link TracedSubscriber}. Immutable; the {@code with} methods return changed
 * copies.
 *
 * @param maxInFlight limit of concurrent handlers over all channels of the subscriber; default 1,000
 * @param maxBufferedBytes limit of the bytes of messages in handlers and queued; each counts with the name of its channel and
 *     256 bytes more; one socket read may exceed it; default 64 MiB
 * @param overflow policy for messages over that limit; default {@link OverflowPolicy#PAUSE}
 * @param workerConcurrency limit of handlers that run or block at the same time on a worker or virtual thread verticle;
 *     with more than 1, messages start in no particular order; ignored on an event loop; default 1
 * @param replyTimeout limit for Redis to confirm a SUBSCRIBE; default 5 s
 * @param heartbeat interval of heartbeats on an idle connection; the connection is replaced if it does not answer
 *     before the next one; default 2 s
 * @param closeTimeout limit for running handlers at {@link TracedSubscriber#close}; default 30 s
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

    /** Default options. */
    public static final SubscriberOptions DEFAULT = new SubscriberOptions(
            1_000,
            64L << 20,
            OverflowPolicy.PAUSE,
            1,
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            Duration.ofSeconds(30));

    /**
     * Checks the values.
     *
     * @param maxInFlight at least 1
     * @param maxBufferedBytes at least 1
     * @param overflow policy for messages over that limit
     * @param workerConcurrency 1 to 1,000
     * @param replyTimeout at least 1 ms
     * @param heartbeat at least 1 ms
     * @param closeTimeout at least 1 ms
     * @throws IllegalArgumentException if a value is not allowed; the message names it
     */
    public SubscriberOptions {
        Objects.requireNonNull(overflow, "overflow");
        if (maxInFlight < 1) {
            throw new IllegalArgumentException("maxInFlight: " + maxInFlight + " is not allowed (use 1 or more)");
        }
        if (maxBufferedBytes < 1) {
            throw new IllegalArgumentException(
                    "maxBufferedBytes: " + maxBufferedBytes + " is not allowed (use 1 or more)");
        }
        if (workerConcurrency < 1 || workerConcurrency > 1_000) {
            throw new IllegalArgumentException(
                    "workerConcurrency: " + workerConcurrency + " is not allowed (use 1 to 1000)");
        }
        check("replyTimeout", replyTimeout);
        check("heartbeat", heartbeat);
        check("closeTimeout", closeTimeout);
    }

    /**
     * Returns a copy with another limit of concurrent handlers.
     *
     * @param maxInFlight at least 1
     * @return the copy
     */
    public SubscriberOptions withMaxInFlight(int maxInFlight) {
        return new SubscriberOptions(
                maxInFlight, maxBufferedBytes, overflow, workerConcurrency, replyTimeout, heartbeat, closeTimeout);
    }

    /**
     * Returns a copy with another buffer.
     *
     * @param maxBufferedBytes at least 1
     * @param overflow policy for messages over that limit
     * @return the copy
     */
    public SubscriberOptions withBuffer(long maxBufferedBytes, OverflowPolicy overflow) {
        return new SubscriberOptions(
                maxInFlight, maxBufferedBytes, overflow, workerConcurrency, replyTimeout, heartbeat, closeTimeout);
    }

    /**
     * Returns a copy with another limit of concurrent handlers on a worker verticle.
     *
     * @param workerConcurrency 1 to 1,000
     * @return the copy
     */
    public SubscriberOptions withWorkerConcurrency(int workerConcurrency) {
        return new SubscriberOptions(
                maxInFlight, maxBufferedBytes, overflow, workerConcurrency, replyTimeout, heartbeat, closeTimeout);
    }

    /**
     * Returns a copy with another limit for Redis to confirm a SUBSCRIBE.
     *
     * @param replyTimeout at least 1 ms
     * @return the copy
     */
    public SubscriberOptions withReplyTimeout(Duration replyTimeout) {
        return new SubscriberOptions(
                maxInFlight, maxBufferedBytes, overflow, workerConcurrency, replyTimeout, heartbeat, closeTimeout);
    }

    /**
     * Returns a copy with another heartbeat interval.
     *
     * @param heartbeat at least 1 ms
     * @return the copy
     */
    public SubscriberOptions withHeartbeat(Duration heartbeat) {
        return new SubscriberOptions(
                maxInFlight, maxBufferedBytes, overflow, workerConcurrency, replyTimeout, heartbeat, closeTimeout);
    }

    /**
     * Returns a copy with another limit for handlers at close.
     *
     * @param closeTimeout at least 1 ms
     * @return the copy
     */
    public SubscriberOptions withCloseTimeout(Duration closeTimeout) {
        return new SubscriberOptions(
                maxInFlight, maxBufferedBytes, overflow, workerConcurrency, replyTimeout, heartbeat, closeTimeout);
    }

    private static void check(String name, Duration duration) {
        if (duration.toMillis() < 1) {
            throw new IllegalArgumentException(
                    name + ": " + duration.toMillis() + " ms is not allowed (use 1 ms or more)");
        }
    }
}
