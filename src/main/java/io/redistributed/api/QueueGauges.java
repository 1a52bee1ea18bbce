package io.redistributed.api;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.BatchCallback;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import io.redistributed.queue.QueueFigures;
import io.redistributed.queue.ReportQueue;
import io.redistributed.vertx.internal.NodeContext;
import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The queue's figures as gauges, read from Redis only when metrics are collected. One instance serves all API verticles
 * of a process, which would otherwise each record them. Safe to use from any thread.
 *
 * <p>A scrape {@linkplain #refresh reads them first}. Other readers must not wait, so they get the figures of their last
 * collection, and none if Redis has not answered since.
 */
final class QueueGauges implements AutoCloseable {

    private static final AttributeKey<String> STATE = AttributeKey.stringKey("redistributed.queue.state");

    /** A scrape collects earlier than this after its refresh. */
    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

    private final ObservableLongMeasurement reports;
    private final ObservableDoubleMeasurement wait;
    private final BatchCallback callback;

    private volatile Source source;
    private final AtomicReference<Reading> latest = new AtomicReference<>();

    /** @param context event loop of the queue */
    private record Source(Context context, ReportQueue queue) {}

    private record Reading(QueueFigures figures, long nanos) {}

    private QueueGauges(OpenTelemetry openTelemetry, Source source) {
        this.source = source;
        Meter meter = openTelemetry.getMeter("io.redistributed.api");
        reports = meter.gaugeBuilder("redistributed.queue.reports")
                .ofLongs()
                .setDescription("Reports that have not ended")
                .setUnit("{report}")
                .buildObserver();
        wait = meter.gaugeBuilder("redistributed.queue.wait")
                .setDescription("How long the report that is next has been waiting for a worker")
                .setUnit("s")
                .buildObserver();
        callback = meter.batchCallback(this::observe, reports, wait);
    }

    /**
     * Records the figures of a queue, instead of those of any earlier one.
     *
     * @param context event loop of the queue
     */
    static void record(Vertx vertx, OpenTelemetry openTelemetry, Context context, ReportQueue queue) {
        Source source = new Source(context, queue);
        NodeContext.of(vertx).get(QueueGauges.class, () -> new QueueGauges(openTelemetry, source)).source = source;
    }

    /**
     * Updates the figures, if this process has an API. Always succeeds, on the caller's context; while Redis is unreachable
     * the gauges have no value.
     */
    static Future<Void> refresh(Vertx vertx) {
        Promise<Void> refreshed = VertxInternals.promise(vertx);
        NodeContext.of(vertx)
                .find(QueueGauges.class)
                .ifPresentOrElse(gauges -> gauges.read(refreshed::complete), refreshed::complete);
        return refreshed.future();
    }

    @Override
    public void close() {
        callback.close();
    }

    private void read(Runnable done) {
        Source from = source;
        VertxInternals.run(from.context, () -> from.queue.figures().onComplete((figures, failure) -> {
            latest.set(failure == null ? new Reading(figures, System.nanoTime()) : null);
            done.run();
        }));
    }

    private void observe() {
        Reading reading = latest.get();
        if (reading != null) {
            reports.record(reading.figures.waiting(), Attributes.of(STATE, "waiting"));
            reports.record(reading.figures.delayed(), Attributes.of(STATE, "delayed"));
            reports.record(reading.figures.running(), Attributes.of(STATE, "running"));
            wait.record(reading.figures.waited().toMillis() / 1000.0);
        }
        boolean isFresh = reading != null && System.nanoTime() - reading.nanos < FRESH_NANOS;
        // Another reader may have begun the next reading.
        if (!isFresh && latest.compareAndSet(reading, null)) {
            read(() -> {});
        }
    }
}
