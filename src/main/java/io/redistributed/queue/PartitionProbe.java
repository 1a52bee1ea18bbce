package io.redistributed.queue;

import io.redistributed.redis.ErrorKind;
import io.redistributed.redis.RedisCommands;
import io.redistributed.redis.RedisRefusedException;
import io.redistributed.redis.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out, without storing anything, whether a partition would accept a report. Used on one event loop. */
final class PartitionProbe {

    /** Probes between two reads of the eviction policy, a minute with the default lease: {@code INFO} costs more. */
    private static final int PROBES_PER_POLICY = 30;

    private static final Logger log = LoggerFactory.getLogger(PartitionProbe.class);

    private final RedisSettings redis;
    private final RedisCommands commands;
    private final QueueScripts scripts;
    private final PartitionHealth health;
    private final boolean allowEviction;

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
    }

    /** The first probe: fails if Redis may evict what is stored. Whatever else is wrong may pass. */
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

    /** Brings the partition's health up to date; always succeeds. */
    Future<Void> run() {
        probes++;
        Future<Void> policyRead = probes % PROBES_PER_POLICY == 0 ? readPolicy() : Future.succeededFuture();
        return policyRead
                .compose(v -> scripts.run(QueueScripts.PROBE, List.of()))
                .onSuccess(this::found)
                .onFailure(this::failed)
                .transform(done -> Future.succeededFuture());
    }

    /** Why the partition would not accept a report, as far as is known; empty if it would. */
    Optional<String> reason() {
        return health.reason();
    }

    /**
     * Notes that Redis has answered a call with an error; finds out what it means for the partition unless the error says so.
     *
     * @return succeeds when the partition's health is up to date
     */
    Future<Void> refused(Throwable cause) {
        if (!(cause instanceof RedisRefusedException) || isWrongType(cause)) {
            return run();
        }
        health.refused(cause.getMessage());
        return Future.succeededFuture();
    }

    /** Notes that the reaper could not do its work. */
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

    private void found(Response wrongKeys) {
        if (wrongKeys.size() == 0) {
            health.accepted();
        } else {
            health.refused(wrongKeys.stream().map(Response::toString).collect(Collectors.joining("; ")));
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
