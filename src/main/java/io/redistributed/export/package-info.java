/**
 * The way of finished spans: {@link io.redistributed.export.SpanQueue} takes them from whatever thread ends them,
 * {@link io.redistributed.export.JaegerExporterVerticle} takes them out in batches and hands each batch to every exporter
 * (Jaeger, OTLP, the {@link io.redistributed.export.TraceStore} in this process).
 * {@link io.redistributed.export.OtlpReceiver} takes spans of other processes into that store.
 * {@link io.redistributed.export.SpanPipeline} is what one Vert.x has of all this, with figures;
 * {@link io.redistributed.export.MetricsPage} has them, and all other metrics, as Prometheus reads them.
 *
 * <p>Everything is bounded: a collector that is away costs memory up to a limit and then spans, which are counted, never
 * the time of whoever made them.
 */
package io.redistributed.export;
