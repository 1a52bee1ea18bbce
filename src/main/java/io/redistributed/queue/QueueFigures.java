package io.redistributed.queue;

import io.vertx.redis.client.Response;
import java.time.Duration;

/**
 * The queue at one moment.
 *
 * @param waiting reports that no worker has a free slot for
 * @param delayed reports that pause before their next attempt
 * @param running attempts under way
 * @param waited how long the one that is next has been waiting since it was created; zero if none waits
 * @param created reports that were asked for within the latest {@link #WINDOW}
 */
public record QueueFigures(long waiting, long delayed, long running, Duration waited, long created) {

    /** What {@code created} is counted over. */
    public static final Duration WINDOW = Duration.ofSeconds(10);

    static final QueueFigures NONE = new QueueFigures(0, 0, 0, Duration.ZERO, 0);

    /** @param reply as {@code figures.lua} gives it */
    static QueueFigures of(Response reply) {
        return new QueueFigures(
                reply.get(0).toLong(),
                reply.get(1).toLong(),
                reply.get(2).toLong(),
                Duration.ofMillis(reply.get(3).toLong()),
                reply.get(4).toLong());
    }

    /** Of two partitions together. */
    QueueFigures and(QueueFigures other) {
        return new QueueFigures(
                waiting + other.waiting,
                delayed + other.delayed,
                running + other.running,
                waited.compareTo(other.waited) > 0 ? waited : other.waited,
                created + other.created);
    }
}
