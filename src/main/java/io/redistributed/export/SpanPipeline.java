package io.redistributed.export;

import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import io.redistributed.export.collector.ExporterSettings;
import io.redistributed.export.store.TraceStore;
import io.redistributed.vertx.internal.NodeContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Holds the span queue and the trace store of one {@link Vertx}. Tracer providers write to the queue, {@link JaegerExporterVerticle} takes spans from it, and the store keeps traces for reading. Verticles find the pipeline through their {@code Vertx}.
 *
 * <pre>{@code
 * SpanPipeline pipeline = new SpanPipeline(new SpanQueue(SpanQueue.DEFAULT_CAPACITY), new TraceStore());
 * pipeline.install(vertx);
 * SdkTracerProvider api = SdkTracerProvider.builder().addSpanProcessor(pipeline.queue()).setResource(…).build();
 * vertx.deployVerticle("java:io.redistributed.export.JaegerExporterVerticle");
 * }</pre>
 *
 * <p>Call {@link #install} before the verticle is deployed, for one {@code Vertx} only. Thread-safe.
 */
public final class SpanPipeline {

    private final SpanQueue queue;
    private final TraceStore store;

    private SpanDrain drain;
    private List<ExporterFigures> exporters = List.of();
    private DoubleHistogram durations =
            PipelineMetrics.durations(MeterProvider.noop().get(""));

    /**
     * A consistent snapshot. Exporters are read before the queue, so an exporter's offered spans never exceed the spans taken from the queue.
     */
    record Figures(Map<ExporterFigures, ExporterFigures.Snapshot> exporters, SpanQueue.Figures queue) {}

    public SpanPipeline(SpanQueue queue, TraceStore store) {
        this.queue = Objects.requireNonNull(queue);
        this.store = Objects.requireNonNull(store);
    }

    /** @throws IllegalStateException if none is installed in {@code vertx} */
    public static SpanPipeline of(Vertx vertx) {
        return NodeContext.of(vertx)
                .find(SpanPipeline.class)
                .orElseThrow(() -> new IllegalStateException("No span pipeline is installed in this Vertx"));
    }

    /** Makes this the pipeline of {@code vertx}. */
    public void install(Vertx vertx) {
        NodeContext.of(vertx).put(SpanPipeline.class, this);
    }

    public SpanQueue queue() {
        return queue;
    }

    /** Returns the store, filled only while {@link #isStoring}. */
    public TraceStore store() {
        return store;
    }

    /** Returns whether the verticle is deployed with the exporter {@code store}. */
    public synchronized boolean isStoring() {
        return drain != null
                && exporters.stream()
                        .anyMatch(exporter -> exporter.exporter().type().equals(ExporterSettings.STORE));
    }

    /**
     * Passes all spans that have ended so far from the queue to the exporters immediately. Completes when they are in the {@linkplain #store() store}; exports to collectors continue. Succeeds without effect if no verticle is deployed.
     *
     * <p>Completes on the caller's context, if any.
     */
    public Future<Void> flush() {
        SpanDrain current;
        synchronized (this) {
            current = drain;
        }
        return current == null ? Future.succeededFuture() : current.flush();
    }

    /**
     * Returns the figures; all counts are in spans:
     *
     * <pre>
     * {ended, dropped, queued, capacity,                           of the queue
     *  exporters: [{exporter, name, endpoint, exported, queued, inFlight, failures,
     *               dropped: {queue_full, buffer_full, retries_exhausted, rejected, shutdown}}],
     *  store: {traces, spans, bytes, evictedTraces, truncatedSpans, lateSpans}}
     * </pre>
     *
     * At every moment, for each exporter, ended = exported + dropped + queued, where {@code queued} counts all spans on their way and {@code inFlight} those of them that are being exported or wait for a retry.
     * {@code failures} counts attempts; {@code endpoint} is absent from {@code store}. Counting starts when the verticle is deployed; the last figures remain after undeployment.
     */
    public JsonObject figures() {
        Figures now = snapshot();
        JsonArray each = new JsonArray();
        now.exporters.forEach((exporter, figures) -> each.add(exporter.toJson(figures, now.queue)));
        return new JsonObject()
                .put("ended", now.queue.ended())
                .put("dropped", now.queue.dropped())
                .put("queued", now.queue.queued())
                .put("capacity", queue.capacity())
                .put("exporters", each)
                .put("store", store.figures());
    }

    /**
     * Registers the figures with a meter, under the names of OpenTelemetry's conventions for SDKs: {@code
     * otel.sdk.processor.span.*}, {@code otel.sdk.exporter.span.*} and {@code otel.sdk.exporter.operation.duration}. Call it once, before the verticle is deployed.
     */
    public void recordBy(Meter meter) {
        PipelineMetrics.record(this, meter);
        synchronized (this) {
            durations = PipelineMetrics.durations(meter);
        }
    }

    Figures snapshot() {
        List<ExporterFigures> current;
        synchronized (this) {
            current = exporters;
        }
        Map<ExporterFigures, ExporterFigures.Snapshot> each = new LinkedHashMap<>();
        current.forEach(exporter -> each.put(exporter, exporter.now()));
        return new Figures(each, queue.figures());
    }

    synchronized OperationDurations durations(ExporterFigures exporter) {
        return new OperationDurations(durations, PipelineMetrics.component(exporter.exporter(), exporter.name()));
    }

    /** @throws IllegalStateException if a verticle is deployed already: the queue has one consumer */
    synchronized void attach(SpanDrain newDrain, List<ExporterFigures> figures) {
        if (drain != null) {
            throw new IllegalStateException(
                    "JaegerExporterVerticle is deployed already; deploy one instance per Vertx");
        }
        drain = newDrain;
        exporters = List.copyOf(figures);
    }

    synchronized void detach() {
        drain = null;
    }
}
