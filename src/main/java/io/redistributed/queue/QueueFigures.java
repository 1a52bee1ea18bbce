package io.redistributed.queue;

import io.vertx.redis.client.Response;
import java.time.Duration;

/**
 * Holds the size of the queue at one moment.
 *
 * @param waiting reports that wait for a free slot
 * @param delayed reports that wait for the delay before their next attempt
 * @param running running attempts
 * @param waited time since the creation of the next waiting report; zero if none waits
 * @param perSecond reports created a second: over the last 10 s, or over the time of the latest 64 calls if that is shorter
 */
public record QueueFigures(long waiting, long delayed, long running, Duration waited, double perSecond) {

    static final QueueFigures NONE = new QueueFigures(0, 0, 0, Duration.ZERO, 0);

    /** @param reply reply of {@code figures.lua} */
    static QueueFigures of(Response reply) {
        return new QueueFigures(
                reply.get(0).toLong(),
                reply.get(1).toLong(),
                reply.get(2).toLong(),
                Duration.ofMillis(reply.get(3).toLong()),
                reply.get(4).toDouble());
    }

    /** Returns the sum of two partitions. */
    QueueFigures and(QueueFigures other) {
        return new QueueFigures(
                waiting + other.waiting,
                delayed + other.delayed,
                running + other.running,
                waited.compareTo(other.waited) > 0 ? waited : other.waited,
                perSecond + other.perSecond);
    }
}
