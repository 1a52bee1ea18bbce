package io.redistributed.export;

import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.redistributed.vertx.internal.NodeContext;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Serves all metrics of a process to Prometheus. Each service of the process has its own SDK; the label {@code service_name} separates its metrics from those of other services.
 *
 * <p>Verticles find it through their {@link Vertx}, where {@link #install} puts it. Safe to use from any thread.
 */
public final class MetricsPage {

    private final ExpositionFormatWriter openMetrics = new OpenMetricsTextFormatWriter(false, false);
    private final ExpositionFormatWriter text = PrometheusTextFormatWriter.create();
    private final KeptExemplars exemplars = new KeptExemplars();
    private final List<PrometheusMetricReader> readers = new CopyOnWriteArrayList<>();

    /** @param contentType of {@code body} */
    public record Rendered(String contentType, byte[] body) {}

    /** @throws IllegalStateException if none is installed in {@code vertx} */
    public static MetricsPage of(Vertx vertx) {
        return NodeContext.of(vertx)
                .find(MetricsPage.class)
                .orElseThrow(() -> new IllegalStateException("No metrics page is installed in this Vertx"));
    }

    /** Makes this the metrics page of {@code vertx}. */
    public void install(Vertx vertx) {
        NodeContext.of(vertx).put(MetricsPage.class, this);
    }

    /** Returns a reader to register with the meter provider of a service. */
    public MetricReader newReader() {
        PrometheusMetricReader reader = PrometheusMetricReader.builder()
                .setAllowedResourceAttributesFilter("service.name"::equals)
                .build();
        readers.add(reader);
        return reader;
    }

    /**
     * Collects the current metrics. Takes milliseconds and calls the observers of other components, so do not call it on an event loop.
     *
     * @param asOpenMetrics true for OpenMetrics 1.0.0, false for Prometheus' text format 0.0.4
     */
    public Rendered render(boolean asOpenMetrics) {
        ExpositionFormatWriter format = asOpenMetrics ? openMetrics : text;
        ByteArrayOutputStream out = new ByteArrayOutputStream(16_384);
        try {
            format.write(out, collect());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Rendered(format.getContentType(), out.toByteArray());
    }

    private synchronized MetricSnapshots collect() {
        Map<String, MetricSnapshot> byName = new LinkedHashMap<>();
        for (PrometheusMetricReader reader : readers) {
            for (MetricSnapshot metric : reader.collect()) {
                byName.merge(metric.getMetadata().getPrometheusName(), metric, MetricsPage::merge);
            }
        }
        byName.replaceAll((name, metric) ->
                metric instanceof HistogramSnapshot histogram ? exemplars.complete(histogram) : metric);
        return new MetricSnapshots(byName.values());
    }

    /** Merges the points of both. Prometheus allows one kind per name, so if the kinds differ, returns the first metric. */
    private static MetricSnapshot merge(MetricSnapshot one, MetricSnapshot other) {
        if (one instanceof CounterSnapshot a && other instanceof CounterSnapshot b) {
            return new CounterSnapshot(a.getMetadata(), both(a.getDataPoints(), b.getDataPoints()));
        }
        if (one instanceof GaugeSnapshot a && other instanceof GaugeSnapshot b) {
            return new GaugeSnapshot(a.getMetadata(), both(a.getDataPoints(), b.getDataPoints()));
        }
        if (one instanceof HistogramSnapshot a && other instanceof HistogramSnapshot b) {
            return new HistogramSnapshot(a.getMetadata(), both(a.getDataPoints(), b.getDataPoints()));
        }
        if (one instanceof InfoSnapshot a && other instanceof InfoSnapshot b) {
            return new InfoSnapshot(a.getMetadata(), both(a.getDataPoints(), b.getDataPoints()));
        }
        return one;
    }

    private static <T extends DataPointSnapshot> Collection<T> both(List<T> some, List<T> others) {
        List<T> all = new ArrayList<>(some);
        all.addAll(others);
        return all;
    }
}
