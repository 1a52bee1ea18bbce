package io.redistributed.queue;

import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.redis.RedisCommands;
import io.redistributed.redis.RedisSettings;
import io.redistributed.vertx.internal.Backoff;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reclaims reports of dead workers and removes expired ones, about once a heartbeat interval. Every node has a reaper;
 * the script makes sure that the work is done once. Pauses are jittered, so that nodes started together do not call
 * together.
 */
final class Reaper {

    /** Limits the duration of one call to one or two milliseconds. The next call continues. */
    private static final int MAX_PER_CALL = 64;

    private static final Logger log = LoggerFactory.getLogger(Reaper.class);

    private final Vertx vertx;
    private final QueueScripts scripts;
    private final PartitionProbe probe;
    private final PublishedProtocol protocol;
    private final Damage damage;
    private final Duration interval;

    private long timer;
    private boolean closed;

    private Reaper(
            Vertx vertx,
            QueueScripts scripts,
            PartitionProbe probe,
            PublishedProtocol protocol,
            Damage damage,
            Duration interval) {
        this.vertx = vertx;
        this.scripts = scripts;
        this.probe = probe;
        this.protocol = protocol;
        this.damage = damage;
        this.interval = interval;
        later();
    }

    /**
     * Makes a partition ready for use, and reaps it from then on. Fails if its data have another version, or Redis may evict
     * reports; see {@link PartitionProbe#start}.
     */
    static Future<Reaper> start(
            Vertx vertx,
            Partition partition,
            RedisSettings redis,
            QueueSettings settings,
            RedisCommands commands,
            QueueScripts scripts,
            OpenTelemetry openTelemetry) {
        PartitionProbe probe = new PartitionProbe(vertx, partition, redis, settings, commands, scripts);
        PublishedProtocol protocol = new PublishedProtocol(commands, partition, settings, scripts);
        return DataVersion.check(commands, partition, redis)
                .compose(v -> probe.start())
                .compose(v -> protocol.store())
                .map(v -> new Reaper(
                        vertx,
                        scripts,
                        probe,
                        protocol,
                        Damage.of(vertx, openTelemetry),
                        settings.heartbeatInterval()));
    }

    PartitionProbe probe() {
        return probe;
    }

    Damage damage() {
        return damage;
    }

    void close() {
        closed = true;
        vertx.cancelTimer(timer);
    }

    private void later() {
        timer = vertx.setTimer(
                Backoff.around(interval.toMillis()), id -> probe.run().onComplete(probed -> reap()));
    }

    private void reap() {
        scripts.run(QueueScripts.REAP, List.of(MAX_PER_CALL), this::reaped)
                .onFailure(probe::reapingFailed)
                .onComplete(more -> {
                    if (closed) {
                        return;
                    }
                    if (more.succeeded() && more.result()) {
                        reap();
                    } else {
                        later();
                    }
                });
    }

    /** Returns whether more work is due at once. */
    private boolean reaped(Response reply) {
        reply.get(5).forEach(entry -> damage.found(entry.toString()));
        boolean ran = reply.get(0).toInteger() > 0;
        probe.reaped(reply.get(6).toLong(), reply.get(7).toLong(), ran);
        if (ran) {
            protocol.restore();
        }
        int reclaimed = reply.get(1).toInteger();
        int dead = reply.get(3).toInteger();
        if (reclaimed + dead > 0) {
            log.warn("Reclaimed {} from {}", count(reclaimed, "report"), count(dead, "dead worker"));
        }
        return reply.get(4).toInteger() > 0;
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
