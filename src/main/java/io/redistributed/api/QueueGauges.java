package io.redistributed.api;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleGauge;
import io.opentelemetry.api.metrics.ObservableLongGauge;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import io.redistributed.queue.QueueFigures;
import io.redistributed.queue.ReportQueue;
import io.redistributed.vertx.internal.NodeContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/**
 * The queue's figures as gauges, read from Redis only when metrics are scraped. One instance serves all API verticles
 * of a process, which would otherwise each record them.
 */
final class QueueGauges implements AutoCloseable {

    private static final AttributeKey<String> STATE = AttributeKey.stringKey("redistributed.queue.state");

    private final ObservableLongGauge reports;
    private final ObservableDoubleGauge wait;

    private volatile QueueFigures latest;

    private QueueGauges(OpenTelemetry openTelemetry) {
        Meter meter = openTelemetry.getMeter("io.redistributed.api");
        reports = meter.gaugeBuilder("redistributed.queue.reports")
                .ofLongs()
                .setDescription("Reports that have not ended")
                .setUnit("{report}")
                .buildWithCallback(this::recordReports);
        wait = meter.gaugeBuilder("redistributed.queue.wait")
                .setDescription("How long the report that is next has been waiting for a worker")
                .setUnit("s")
                .buildWithCallback(gauge -> {
                    QueueFigures figures = latest;
                    if (figures != null) {
                        gauge.record(figures.waited().toMillis() / 1000.0);
                    }
                });
    }

    static QueueGauges of(Vertx vertx, OpenTelemetry openTelemetry) {
        return NodeContext.of(vertx).get(QueueGauges.class, () -> new QueueGauges(openTelemetry));
    }

    @Override
    public void close() {
        reports.close();
        wait.close();
    }

    /** Updates the figures. Always succeeds; while Redis is unreachable the gauges have no value. */
    Future<Void> refresh(ReportQueue queue) {
        return queue.figures().otherwiseEmpty().map(figures -> {
            latest = figures;
            return null;
        });
    }

    private void recordReports(ObservableLongMeasurement gauge) {
        QueueFigures figures = latest;
        if (figures != null) {
            gauge.record(figures.waiting(), Attributes.of(STATE, "waiting"));
            gauge.record(figures.delayed(), Attributes.of(STATE, "delayed"));
            gauge.record(figures.running(), Attributes.of(STATE, "running"));
        }
    }
}
