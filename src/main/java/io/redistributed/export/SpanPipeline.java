package io.redistributed.export;

import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The way of the finished spans of one {@link Vertx}: the queue the tracer providers write to, for the
 * verticle that empties it, and the store that keeps traces for reading. The verticle, deployed by name, finds them
 * here, as does whoever shows traces or figures.
 *
 * <pre>{@code
 * SpanPipeline pipeline = new SpanPipeline(new SpanQueue(), new TraceStore());
 * pipeline.install(vertx);
 * SdkTracerProvider api = SdkTracerProvider.builder().addSpanProcessor(pipeline.queue()).setResource(…).build();
 * vertx.deployVerticle("java:io.redistributed.export.JaegerExporterVerticle");
 * }</pre>
 *
 * <p>{@link #install} it before the verticle is deployed, in one {@code Vertx} only. Safe to use from any thread.
 */
public final class SpanPipeline implements Shareable {

    private static final String MAP = "io.redistributed.export";

    private final SpanQueue queue;
    private final TraceStore store;

    private SpanDrain drain;
    private List<ExporterFigures> exporters = List.of();
    private DoubleHistogram durations =
            PipelineMetrics.durations(MeterProvider.noop().get(""));

    /**
     * What is known of one moment. Exporters were looked at before the queue, so none of them has been offered more than
     * was taken out of it.
     */
    record Figures(Map<ExporterFigures, ExporterFigures.Snapshot> exporters, SpanQueue.Figures queue) {}

    public SpanPipeline(SpanQueue queue, TraceStore store) {
        this.queue = Objects.requireNonNull(queue);
        this.store = Objects.requireNonNull(store);
    }

    /** @throws IllegalStateException if none is installed in {@code vertx} */
    public static SpanPipeline of(Vertx vertx) {
        SpanPipeline pipeline = map(vertx).get(MAP);
        if (pipeline == null) {
            throw new IllegalStateException("No span pipeline is installed in this Vertx");
        }
        return pipeline;
    }

    /** Makes this the pipeline of {@code vertx}. */
    public void install(Vertx vertx) {
        map(vertx).put(MAP, this);
    }

    public SpanQueue queue() {
        return queue;
    }

    /** Filled only while {@link #isStoring}. */
    public TraceStore store() {
        return store;
    }

    /** Whether the verticle is deployed with the exporter {@code store}. */
    public synchronized boolean isStoring() {
        return drain != null
                && exporters.stream()
                        .anyMatch(exporter -> exporter.exporter().type().equals(ExporterSettings.STORE));
    }

    /**
     * Takes all spans that have ended so far out of the queue now, instead of after the delay. Completes when every
     * exporter was given them, so they are in the {@linkplain #store() store}, while exports to collectors go on. Without
     * a deployed verticle there is nothing to do and it succeeds.
     *
     * <p>Completes on the context of the caller, if it has one.
     */
    public Future<Void> flush() {
        SpanDrain current;
        synchronized (this) {
            current = drain;
        }
        return current == null ? Future.succeededFuture() : current.flush();
    }

    /**
     * The figures, all counts in spans:
     *
     * <pre>
     * {ended, dropped, queued, capacity,                           of the queue
     *  exporters: [{exporter, name, endpoint, exported, queued, inFlight, failures,
     *               dropped: {queue_full, buffer_full, retries_exhausted, rejected, shutdown}}],
     *  store: {traces, spans, bytes, evictedTraces, truncatedSpans, lateSpans}}
     * </pre>
     *
     * At every moment, for each exporter, ended = exported + dropped + queued, where {@code queued} is all that is still on
     * its way and {@code inFlight} the part of it that is being exported or waits for another attempt: the figures of an
     * exporter are published together whenever one of them changes, and the queue's are read once for all and last.
     * {@code failures} counts attempts; {@code endpoint} is absent from {@code store}. An exporter counts from the deployment of its verticle;
     * after that is undeployed its last figures remain.
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
     * Has the figures recorded by a meter, by the names of OpenTelemetry's conventions for SDKs: {@code
     * otel.sdk.processor.span.*}, {@code otel.sdk.exporter.span.*} and {@code otel.sdk.exporter.operation.duration}. To be
     * called once, before the verticle is deployed.
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

    /** @throws IllegalStateException if there is one already: the queue has one consumer */
    synchronized void attach(SpanDrain newDrain, List<ExporterFigures> figures) {
        if (drain != null) {
            throw new IllegalStateException(
                    "JaegerExporterVerticle is deployed already: one instance takes the spans of a whole Vertx");
        }
        drain = newDrain;
        exporters = List.copyOf(figures);
    }

    synchronized void detach() {
        drain = null;
    }

    private static LocalMap<String, SpanPipeline> map(Vertx vertx) {
        return vertx.sharedData().getLocalMap(MAP);
    }
}
