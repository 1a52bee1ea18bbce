package io.redistributed.queue;

import io.redistributed.vertx.internal.Backoff;
import io.vertx.core.Vertx;
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

    Reaper(
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

    void close() {
        closed = true;
        vertx.cancelTimer(timer);
    }

    private void later() {
        timer = vertx.setTimer(
                Backoff.around(interval.toMillis()), id -> probe.run().onComplete(probed -> reap()));
    }

    private void reap() {
        scripts.run(QueueScripts.REAP, List.of(MAX_PER_CALL))
                .onSuccess(reply -> {
                    reply.get(5).forEach(entry -> damage.found(entry.toString()));
                    if (reply.get(0).toInteger() > 0) {
                        protocol.restore();
                    }
                    int reclaimed = reply.get(1).toInteger();
                    int dead = reply.get(3).toInteger();
                    if (reclaimed + dead > 0) {
                        log.warn("Reclaimed {} from {}", count(reclaimed, "report"), count(dead, "dead worker"));
                    }
                })
                .onFailure(probe::reapingFailed)
                .onComplete(reply -> {
                    if (closed) {
                        return;
                    }
                    if (reply.succeeded() && reply.result().get(4).toInteger() > 0) {
                        reap();
                    } else {
                        later();
                    }
                });
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
