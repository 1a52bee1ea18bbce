package io.redistributed.pubsub.vertx;

import java.time.Duration;

/**
 * Bounds and times of a {@link TracedSubscriber}. Immutable; the {@code with} methods give changed copies.
 *
 * @param maxInFlight messages in handlers at once, over all channels of the subscriber; at the limit the socket is
 *     paused; default 1,000
 * @param replyTimeout longest wait for Redis to confirm a SUBSCRIBE; default 5 s
 * @param heartbeat how often a silent connection is tested; one that does not answer until the next test counts as dead;
 *     default 2 s
 * @param closeTimeout longest wait for handlers at {@link TracedSubscriber#close}; default 30 s
 */
public record SubscriberOptions(int maxInFlight, Duration replyTimeout, Duration heartbeat, Duration closeTimeout) {

    /** The defaults. */
    public static final SubscriberOptions DEFAULT =
            new SubscriberOptions(1_000, Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofSeconds(30));

    /**
     * Checks the bounds.
     *
     * @param maxInFlight at least 1
     * @param replyTimeout at least 1 ms
     * @param heartbeat at least 1 ms
     * @param closeTimeout at least 1 ms
     * @throws IllegalArgumentException that names what is out of bounds
     */
    public SubscriberOptions {
        if (maxInFlight < 1) {
            throw new IllegalArgumentException("maxInFlight: " + maxInFlight + " must be at least 1");
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
        return new SubscriberOptions(maxInFlight, replyTimeout, heartbeat, closeTimeout);
    }

    /**
     * Changes how often a silent connection is tested.
     *
     * @param heartbeat at least 1 ms
     * @return a copy with it
     */
    public SubscriberOptions withHeartbeat(Duration heartbeat) {
        return new SubscriberOptions(maxInFlight, replyTimeout, heartbeat, closeTimeout);
    }

    /**
     * Changes how long closing waits for handlers.
     *
     * @param closeTimeout at least 1 ms
     * @return a copy with it
     */
    public SubscriberOptions withCloseTimeout(Duration closeTimeout) {
        return new SubscriberOptions(maxInFlight, replyTimeout, heartbeat, closeTimeout);
    }

    private static void check(String name, Duration duration) {
        if (duration.toMillis() < 1) {
            throw new IllegalArgumentException(name + ": " + duration.toMillis() + " ms must be at least 1 ms");
        }
    }
}
