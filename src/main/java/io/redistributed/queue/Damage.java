package io.redistributed.queue;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.LongCounter;
import io.redistributed.vertx.internal.NodeContext;
import io.vertx.core.Vertx;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts damaged entries in Redis and logs each once, up to {@value #MAX_LOGGED_A_MINUTE} a minute. One per Vert.x.
 * Safe to use from any thread.
 */
final class Damage {

    private static final Logger log = LoggerFactory.getLogger(Damage.class);
    private static final int MAX_REMEMBERED = 1_000;
    private static final int MAX_LOGGED_A_MINUTE = 50;

    private final LongCounter counter;
    private final Set<String> seen = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MAX_REMEMBERED;
        }
    });

    private long minute = System.nanoTime();
    private int logged;

    private Damage(OpenTelemetry openTelemetry) {
        counter = openTelemetry
                .getMeter("io.redistributed.queue")
                .counterBuilder("redistributed.queue.damaged")
                .setDescription("Entries in Redis that were skipped because they cannot be read")
                .setUnit("{entry}")
                .build();
        // Prometheus sees an increase only from a value that it has scraped.
        counter.add(0);
    }

    static Damage of(Vertx vertx, OpenTelemetry openTelemetry) {
        return NodeContext.of(vertx).get(Damage.class, () -> new Damage(openTelemetry));
    }

    /** @param entry key, colon and problem */
    synchronized void found(String entry) {
        if (!seen.add(entry)) {
            return;
        }
        counter.add(1);
        long now = System.nanoTime();
        if (now - minute > TimeUnit.MINUTES.toNanos(1)) {
            minute = now;
            logged = 0;
        }
        logged++;
        if (logged <= MAX_LOGGED_A_MINUTE) {
            log.warn("Skipped a damaged entry in Redis: {}", entry);
        } else if (logged == MAX_LOGGED_A_MINUTE + 1) {
            log.warn("Skipped more damaged entries in Redis; redistributed.queue.damaged counts them");
        }
    }
}
