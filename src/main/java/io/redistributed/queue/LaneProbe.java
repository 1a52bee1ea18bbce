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

/** Finds out, without storing anything, whether a lane would accept a report. Used on one event loop. */
final class LaneProbe {

    /** The eviction policy is read once in so many probes, a minute with the default lease: {@code INFO} costs more. */
    private static final int PROBES_PER_POLICY = 30;

    private static final Logger log = LoggerFactory.getLogger(LaneProbe.class);

    private final RedisCommands commands;
    private final QueueScripts scripts;
    private final LaneHealth health;
    private final boolean allowEviction;

    private int probes;

    private LaneProbe(RedisCommands commands, QueueScripts scripts, LaneHealth health, boolean allowEviction) {
        this.commands = commands;
        this.scripts = scripts;
        this.health = health;
        this.allowEviction = allowEviction;
    }

    static LaneProbe of(
            Vertx vertx,
            Lane lane,
            RedisSettings redis,
            QueueSettings settings,
            RedisCommands commands,
            QueueScripts scripts) {
        return new LaneProbe(commands, scripts, LaneHealth.of(vertx, lane, redis), settings.allowEviction());
    }

    /** Why the lane would not accept a report, as far as is known; empty if it would. */
    Optional<String> reason() {
        return health.reason();
    }

    /** The first probe: fails if Redis may evict what is stored. Whatever else is wrong may pass. */
    Future<Void> start() {
        return readPolicy()
                .compose(problem ->
                        problem.isPresent() ? Future.failedFuture(new IllegalStateException(problem.get())) : run());
    }

    /** Brings the lane's health up to date; always succeeds. */
    Future<Void> run() {
        probes++;
        return (probes % PROBES_PER_POLICY == 0 ? readPolicy() : Future.succeededFuture())
                .compose(v -> scripts.run(QueueScripts.PROBE, List.of()))
                .onSuccess(this::found)
                .onFailure(this::failed)
                .transform(done -> Future.succeededFuture());
    }

    /**
     * Notes that a call was refused; if by the type of a key, finds out which.
     *
     * @return succeeds when the lane's health is up to date
     */
    Future<Void> refused(RedisRefusedException cause) {
        if (isWrongType(cause)) {
            return run();
        }
        health.refused(cause.getMessage());
        return Future.succeededFuture();
    }

    static boolean isWrongType(Throwable cause) {
        return cause instanceof RedisRefusedException refused && "WRONGTYPE".equals(refused.code());
    }

    private Future<Optional<String>> readPolicy() {
        return EvictionPolicy.read(commands).map(policy -> health.policy(policy, allowEviction));
    }

    private void found(Response wrongKeys) {
        if (wrongKeys.size() == 0) {
            health.accepted();
        } else {
            health.refused(wrongKeys.stream().map(Response::toString).collect(Collectors.joining("; ")));
        }
    }

    private void failed(Throwable cause) {
        // An outage is told by the connection.
        if (ErrorKind.isErrorReply(cause)) {
            health.refused(cause.getMessage());
        } else {
            log.debug("Cannot probe: {}", cause.getMessage());
        }
    }
}
