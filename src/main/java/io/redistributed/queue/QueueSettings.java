package io.redistributed.queue;

import io.redistributed.settings.Settings;
import java.time.Duration;

/**
 * Settings of the report queue. Every node of a cluster should have the same ones.
 *
 * @param partitions parts that reports are spread over, each on one master of a Redis Cluster; 1 to {@value #MAX_PARTITIONS}, default 1
 * @param lease how long a worker keeps its reports without a heartbeat; default 10 s. Workers send five in it
 * @param timeout bound of one attempt, unless its report has one of its own; a lease later no heartbeat keeps it; default 15 min
 * @param maxAttempts failed attempts after which a report has failed; default 3
 * @param maxCrashes attempts whose worker was lost or ran out of memory, after which a report has failed; default 2
 * @param backoff pause before the second attempt, doubling from one to the next, up to an hour; default 1 s
 * @param retention how long ended reports and their results are kept and idempotency keys remembered; default 24 h
 * @param maxStored bytes of requests, inputs and results that are kept, shared out among the partitions: over it the oldest ended
 *     reports go before their time; what has not ended, or did so within the last minute, is kept however much it is;
 *     default 1 GiB
 * @param maxWaiting reports that may wait for a worker, above which no more are taken, shared out among the partitions; 0 takes
 *     only what a worker is free for; default 100,000
 * @param allowEviction starts also on a Redis whose {@code maxmemory-policy} deletes accepted reports when memory runs out;
 *     default false
 */
public record QueueSettings(
        int partitions,
        Duration lease,
        Duration timeout,
        int maxAttempts,
        int maxCrashes,
        Duration backoff,
        Duration retention,
        long maxStored,
        int maxWaiting,
        boolean allowEviction) {

    static final int MAX_PARTITIONS = 64;

    private static final Duration SHORTEST_LEASE = Duration.ofMillis(500);

    public static final QueueSettings DEFAULT = new QueueSettings(
            1,
            Duration.ofSeconds(10),
            Duration.ofMinutes(15),
            3,
            2,
            Duration.ofSeconds(1),
            Duration.ofHours(24),
            1L << 30,
            100_000,
            false);

    /** Reads the {@code queue} part of the configuration; what is missing has its default. */
    public static QueueSettings from(Settings settings) {
        return new QueueSettings(
                settings.integer("partitions", DEFAULT.partitions, 1, MAX_PARTITIONS),
                settings.duration("lease", DEFAULT.lease, SHORTEST_LEASE, Duration.ofHours(1)),
                settings.duration("timeout", DEFAULT.timeout, SHORTEST_LEASE, Duration.ofDays(7)),
                settings.integer("maxAttempts", DEFAULT.maxAttempts, 1, 100),
                settings.integer("maxCrashes", DEFAULT.maxCrashes, 1, 100),
                settings.duration("backoff", DEFAULT.backoff, Duration.ZERO, Duration.ofHours(24)),
                settings.duration("retention", DEFAULT.retention, Duration.ofSeconds(1), Duration.ofDays(365)),
                settings.bytes("maxStored", DEFAULT.maxStored, 1L << 20, 1L << 40),
                settings.integer("maxWaiting", DEFAULT.maxWaiting, 0, 10_000_000),
                settings.flag("allowEviction", DEFAULT.allowEviction));
    }

    /** How often workers send heartbeats, and the queue is reaped; as in {@code common.lua}. */
    public Duration heartbeatInterval() {
        return lease.dividedBy(5);
    }

    /** How long a worker tries to reach Redis: by then somebody else has what was leased to it. */
    Duration patience() {
        return lease.multipliedBy(6);
    }

    /** Of {@link #maxWaiting} the share of one partition. */
    int maxWaitingInPartition() {
        return (maxWaiting + partitions - 1) / partitions;
    }

    /** As constants of the queue's scripts, times in milliseconds. */
    String asLua() {
        return String.format(
                "local lease, timeout, retention, max_attempts, max_crashes, backoff, max_stored = %d, %d, %d, %d, %d, %d, %d\n",
                lease.toMillis(),
                timeout.toMillis(),
                retention.toMillis(),
                maxAttempts,
                maxCrashes,
                backoff.toMillis(),
                maxStored / partitions);
    }
}
