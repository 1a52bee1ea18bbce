/**
 * The path of finished spans: {@link io.redistributed.export.SpanQueue} buffers them,
 * {@link io.redistributed.export.JaegerExporterVerticle} takes batches from it and passes each batch to every exporter
 * (Jaeger, OTLP, the {@link io.redistributed.export.store.TraceStore} in this process).
 * {@link io.redistributed.export.otlp.OtlpReceiver} stores spans of other processes in that store.
 * {@link io.redistributed.export.SpanPipeline} holds the pipeline and figures of one Vert.x;
 * {@link io.redistributed.export.MetricsPage} serves all metrics to Prometheus.
 *
 * <p>Everything is bounded. An unavailable collector costs memory up to a limit, then spans, which are counted. It never blocks the threads that end spans.
 */
package io.redistributed.export;
