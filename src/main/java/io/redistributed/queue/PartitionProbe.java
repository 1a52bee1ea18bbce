package io.redistributed.queue;

import io.redistributed.redis.ErrorKind;
import io.redistributed.redis.RedisCommands;
import io.redistributed.redis.RedisRefusedException;
import io.redistributed.redis.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks whether a partition would accept a report, without storing anything. Used on one event loop. */
final class PartitionProbe {

    /**
     * Number of probes for each read of the eviction policy, a minute with the default lease. {@code INFO} costs more
     * than a probe.
     */
    private static final int PROBES_PER_POLICY = 30;

    private static final Logger log = LoggerFactory.getLogger(PartitionProbe.class);

    private final RedisSettings redis;
    private final RedisCommands commands;
    private final QueueScripts scripts;
    private final PartitionHealth health;
    private final boolean allowEviction;
    private final Duration interval;

    private int probes;

    PartitionProbe(
            Vertx vertx,
            Partition partition,
            RedisSettings redis,
            QueueSettings settings,
            RedisCommands commands,
            QueueScripts scripts) {
        this.redis = redis;
        this.commands = commands;
        this.scripts = scripts;
        this.health = PartitionHealth.of(vertx, partition, redis);
        this.allowEviction = settings.allowEviction();
        this.interval = settings.heartbeatInterval();
    }

    /** Runs the first probe. Fails if Redis may evict reports, or cannot say so now. Other problems may be temporary and do not fail it. */
    Future<Void> start() {
        return EvictionPolicy.read(commands).compose(policy -> {
            Optional<String> problem = policy.problem(redis);
            if (problem.isPresent() && !policy.isUnknown() && !allowEviction) {
                return Future.failedFuture(new IllegalStateException(problem.get()));
            }
            health.policy(policy, allowEviction);
            return run();
        });
    }

    /** Updates the partition's health. Always succeeds. */
    Future<Void> run() {
        probes++;
        Future<Void> policyRead = probes % PROBES_PER_POLICY == 0 ? readPolicy() : Future.succeededFuture();
        return policyRead
                .compose(v -> scripts.run(QueueScripts.PROBE, List.of(), PartitionProbe::wrongKeys))
                .onSuccess(this::found)
                .onFailure(this::failed)
                .transform(done -> Future.succeededFuture());
    }

    /** Returns why the partition would not accept a report; empty if it would or nothing is known. */
    Optional<String> reason() {
        return health.reason();
    }

    /**
     * Records an error reply. Runs a probe unless the error itself says what it means for the partition.
     *
     * @return succeeds when the partition's health is updated
     */
    Future<Void> refused(Throwable cause) {
        if (!(cause instanceof RedisRefusedException) || isWrongType(cause)) {
            return run();
        }
        health.refused(cause.getMessage());
        return Future.succeededFuture();
    }

    /** Records a call of the reaper, see {@link PartitionHealth#reaped}. */
    void reaped(long last, long now, boolean ran) {
        health.reaped(last, now, ran, interval);
    }

    /** Records that the reaper failed. */
    void reapingFailed(Throwable cause) {
        // The connection logs an outage.
        if (ErrorKind.isErrorReply(cause)) {
            health.reapingFailed(cause.getMessage());
        } else {
            log.debug("Cannot reap: {}", cause.getMessage());
        }
    }

    static boolean isWrongType(Throwable cause) {
        return cause instanceof RedisRefusedException refused && "WRONGTYPE".equals(refused.code());
    }

    private Future<Void> readPolicy() {
        return EvictionPolicy.read(commands)
                .onSuccess(policy -> health.policy(policy, allowEviction))
                .mapEmpty();
    }

    private static List<String> wrongKeys(Response reply) {
        List<String> lines = reply.stream().map(Response::toString).toList();
        if (!lines.stream().allMatch(line -> line.startsWith("key "))) {
            throw new IllegalArgumentException("not a reply to probe.lua: " + lines);
        }
        return lines;
    }

    private void found(List<String> wrongKeys) {
        if (wrongKeys.isEmpty()) {
            health.accepted();
        } else {
            health.refused(String.join("; ", wrongKeys));
        }
    }

    private void failed(Throwable cause) {
        // The connection logs an outage.
        if (ErrorKind.isErrorReply(cause)) {
            health.refused(cause.getMessage());
        } else {
            log.debug("Cannot probe: {}", cause.getMessage());
        }
    }
}
