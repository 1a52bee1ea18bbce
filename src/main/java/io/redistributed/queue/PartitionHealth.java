package io.redistributed.queue;

import io.redistributed.redis.RedisSettings;
import io.redistributed.vertx.internal.NodeContext;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Holds the reason why a partition does not accept reports while Redis is reachable. One per partition and Vert.x, so
 * that all users share it and it is logged once. Safe to use from any thread.
 */
final class PartitionHealth {

    private static final Logger log = LoggerFactory.getLogger(PartitionHealth.class);
    private static final long LOG_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Partition partition;
    private final RedisSettings redis;

    private final Map<String, Long> logged = new HashMap<>();

    private String refusal;
    private String eviction;
    private EvictionPolicy seen;
    private boolean recoveryToLog;
    private long stored = -1;
    private long asOf;

    private PartitionHealth(Partition partition, RedisSettings redis) {
        this.partition = partition;
        this.redis = redis;
    }

    static PartitionHealth of(Vertx vertx, Partition partition, RedisSettings redis) {
        return NodeContext.of(vertx)
                .get(
                        PartitionHealth.class,
                        partition.number() + " " + redis,
                        () -> new PartitionHealth(partition, redis));
    }

    /** Returns the reason; empty if a report would be accepted. */
    synchronized Optional<String> reason() {
        return Optional.ofNullable(refusal == null ? eviction : refusal);
    }

    /** Records that a report was, or would be, refused. */
    synchronized void refused(String reason) {
        refusal = reason;
        if (logsNow("Partition " + partition.number() + " accepts no reports: " + reason)) {
            recoveryToLog = true;
        }
    }

    /**
     * Records a call of the reaper. If Redis has an earlier time of the latest run than it had, it has lost data, or
     * the key was changed by hand.
     *
     * @param last when the latest run was, as stored before the call, in ms; negative if none is stored
     * @param now the time of Redis in ms
     * @param ran whether this call stored the time
     * @param interval how much earlier an unfinished run stores its time
     */
    synchronized void reaped(long last, long now, boolean ran, Duration interval) {
        long elapsed = now - asOf;
        // A reply that was overtaken by a later one says nothing, and neither does one after the clock was set back.
        if (elapsed > 0 && last < stored - interval.toMillis()) {
            log.warn(
                    "Redis at {} seems to have lost data of partition {}: {}",
                    redis,
                    partition.number(),
                    last < 0 ? "all reports" : "reports accepted after " + Instant.ofEpochMilli(last));
        }
        if (elapsed >= 0 || -elapsed > interval.toMillis()) {
            stored = ran ? now : Math.min(last, now);
            asOf = now;
        }
    }

    /** Records that dead workers' reports could not be reclaimed. */
    synchronized void reapingFailed(String reason) {
        logsNow("Reaping partition " + partition.number() + " failed: " + reason);
    }

    /** Records that a report would be accepted. */
    synchronized void accepted() {
        if (refusal != null && recoveryToLog) {
            log.info("Partition {} accepts reports again", partition.number());
            recoveryToLog = false;
        }
        refusal = null;
    }

    /** Limits a line to one a minute, as a server at its memory limit changes state several times a second. */
    private boolean logsNow(String line) {
        long now = System.nanoTime();
        Long before = logged.get(line);
        if (before != null && now - before < LOG_PAUSE_NANOS) {
            return false;
        }
        logged.values().removeIf(time -> now - time >= LOG_PAUSE_NANOS);
        logged.put(line, now);
        log.warn(line);
        return true;
    }

    /**
     * Records the server's {@code maxmemory-policy}, and logs a new one that loses reports.
     *
     * @param allowed whether an operator has accepted the loss
     */
    synchronized void policy(EvictionPolicy policy, boolean allowed) {
        boolean changed = !policy.equals(seen);
        Optional<String> problem = policy.problem(redis);
        if (changed && problem.isPresent()) {
            log.atLevel(allowed || policy.isUnknown() ? Level.WARN : Level.ERROR)
                    .log("Accepted reports may be lost: {}", problem.get());
        } else if (changed && seen != null) {
            log.info("Redis at {} has maxmemory-policy {} now", redis, policy.name());
        }
        seen = policy;
        eviction = allowed || policy.isUnknown() ? null : problem.orElse(null);
    }
}
