package io.redistributed.queue;

import io.redistributed.settings.Settings;
import java.time.Duration;
import java.util.Locale;

/**
 * Holds the settings of the report queue. All nodes of a cluster should use the same.
 *
 * @param partitions number of partitions, each on one master of a Redis Cluster; 1 to {@value #MAX_PARTITIONS}, default
 *     1
 * @param lease how long a worker keeps its reports without a heartbeat; default 10 s. Workers send five heartbeats in
 *     this time
 * @param timeout limit of one attempt, unless the report sets another; heartbeats extend a lease up to one lease beyond
 *     this limit; default 15 min
 * @param maxAttempts failed attempts after which a report fails; default 3
 * @param maxCrashes attempts whose worker died or ran out of memory, after which a report fails; default 2
 * @param backoff pause before the second attempt, doubled for each further one up to an hour; default 1 s
 * @param retention how long ended reports, their results and idempotency keys are kept; default 24 h
 * @param maxStored limit of stored requests, inputs and results in bytes, divided among the partitions. Above it the
 *     oldest ended reports are deleted early, except those that ended within the last minute; default 1 GiB
 * @param maxWaiting reports that may wait for a worker, divided among the partitions. Above it new reports are refused;
 *     0 accepts only reports for which a worker is free; default 100,000
 * @param allowEviction whether to start on a Redis whose {@code maxmemory-policy} deletes accepted reports when memory
 *     runs out; default false
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

    /** Reads the {@code queue} part of the configuration. Missing keys have their defaults. */
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

    /** Returns the interval of heartbeats and of the reaper, as in {@code common.lua}. */
    public Duration heartbeatInterval() {
        return lease.dividedBy(5);
    }

    /** Returns how long a worker tries to reach Redis. After that its leases have expired. */
    Duration patience() {
        return lease.multipliedBy(6);
    }

    /** Returns the share of one partition of {@link #maxWaiting}. */
    int maxWaitingInPartition() {
        return (maxWaiting + partitions - 1) / partitions;
    }

    /** Returns the settings as Lua constants, times in milliseconds. */
    String asLua() {
        return String.format(
                Locale.ROOT,
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
