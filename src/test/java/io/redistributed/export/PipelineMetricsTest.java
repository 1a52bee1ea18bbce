package io.redistributed.export;

import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.redistributed.testing.OtlpCollector;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The figures by the names that OpenTelemetry has for them. */
@ExtendWith(VertxExtension.class)
class PipelineMetricsTest {

    private static final String QUEUE = "io.redistributed.export.SpanQueue/0";
    private static final String OTLP = "otlp_grpc_span_exporter/0";

    private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
    private final SdkMeterProvider provider =
            SdkMeterProvider.builder().registerMetricReader(metrics).build();

    @AfterEach
    void close() {
        provider.close();
    }

    @Test
    void recordsQueueSizeAndDrops(Vertx vertx) {
        try (ExportFixture fixture = new ExportFixture(vertx, new SpanQueue(16))) {
            fixture.pipeline.recordBy(provider.get("test"));
            fixture.endSpans(20);

            assertThat(values("otel.sdk.processor.span.queue.capacity")).isEqualTo(Map.of(QUEUE, 16L));
            assertThat(values("otel.sdk.processor.span.queue.size")).isEqualTo(Map.of(QUEUE, 16L));
            assertThat(values("otel.sdk.processor.span.processed"))
                    .isEqualTo(Map.of(QUEUE, 0L, QUEUE + " queue_full", 4L));

            fixture.deploy(new JsonObject());
            await().until(() -> values("otel.sdk.processor.span.queue.size").get(QUEUE) == 0);
            assertThat(values("otel.sdk.processor.span.processed"))
                    .isEqualTo(Map.of(QUEUE, 16L, QUEUE + " queue_full", 4L));
        }
    }

    @Test
    void recordsResultsOfEachExporter(Vertx vertx) {
        try (OtlpCollector otlp = new OtlpCollector();
                ExportFixture fixture = new ExportFixture(vertx, new SpanQueue(SpanQueue.DEFAULT_CAPACITY))) {
            fixture.pipeline.recordBy(provider.get("test"));
            JsonObject exporter = JsonObject.of("type", "otlp", "endpoint", otlp.endpoint());
            fixture.deploy(JsonObject.of("delay", "1h", "exporters", JsonArray.of(exporter, exporter, "store")));

            otlp.hold();
            fixture.endSpans(10);
            await(fixture.pipeline.flush());
            await().until(() -> otlp.held() == 2);
            assertThat(values("otel.sdk.exporter.span.inflight"))
                    .containsEntry(OTLP, 10L)
                    .containsEntry("otlp_grpc_span_exporter/1", 10L)
                    .hasSize(3);
            otlp.releaseAll();
            assertThat(fixture.forceFlush().join(20, TimeUnit.SECONDS).isSuccess())
                    .isTrue();
            assertThat(values("otel.sdk.exporter.span.exported")).containsEntry(OTLP, 10L);

            otlp.refuse(Status.UNAUTHENTICATED);
            fixture.endSpans(4);
            fixture.forceFlush().join(20, TimeUnit.SECONDS);
            assertThat(values("otel.sdk.exporter.span.exported"))
                    .containsEntry(OTLP, 10L)
                    .containsEntry(OTLP + " rejected", 4L)
                    .containsEntry(OTLP + " buffer_full", 0L)
                    .containsEntry("io.redistributed.export.TraceStoreExporter/0", 14L);
            assertThat(values("otel.sdk.exporter.span.inflight")).containsEntry(OTLP, 0L);
            assertThat(values("redistributed.exporter.failed_attempts")).containsEntry(OTLP, 1L);

            assertThat(durations()).containsEntry(OTLP, 1L).containsEntry(OTLP + " UNAUTHENTICATED", 1L);
            assertThat(metric("otel.sdk.exporter.operation.duration")
                            .getHistogramData()
                            .getPoints())
                    .filteredOn(point -> component(point.getAttributes()).equals(OTLP))
                    .singleElement()
                    .extracting(HistogramPointData::getAttributes)
                    .isEqualTo(Attributes.builder()
                            .put("otel.component.name", OTLP)
                            .put("otel.component.type", "otlp_grpc_span_exporter")
                            .put("server.address", "127.0.0.1")
                            .put("server.port", otlp.port())
                            .build());
        }
    }

    @Test
    void exportWithRetriesIsOneOperation(Vertx vertx) {
        try (OtlpCollector otlp = new OtlpCollector();
                ExportFixture fixture = new ExportFixture(vertx, new SpanQueue(SpanQueue.DEFAULT_CAPACITY))) {
            fixture.pipeline.recordBy(provider.get("test"));
            otlp.refuse(Status.UNAVAILABLE);
            fixture.deploy(JsonObject.of(
                    "exporters", JsonArray.of(JsonObject.of("type", "otlp", "endpoint", otlp.endpoint()))));
            fixture.endSpans(1);
            await().until(() -> fixture.figures(0).getLong("failures") > 1);
            otlp.accept();

            await().until(() -> fixture.figures(0).getLong("exported") == 1);
            assertThat(durations()).isEqualTo(Map.of(OTLP, 1L));
        }
    }

    @Test
    void countsStartedAndLiveSpans() {
        SpanCounts counts = new SpanCounts();
        counts.recordBy(provider.get("test"));
        try (SdkTracerProvider tracers = SdkTracerProvider.builder()
                .setSampler(counts.counting(Sampler.parentBased(Sampler.alwaysOn())))
                .addSpanProcessor(counts)
                .build()) {
            Tracer tracer = tracers.get("test");
            Span root = tracer.spanBuilder("root").setNoParent().startSpan();
            Span child = tracer.spanBuilder("child")
                    .setParent(Context.root().with(root))
                    .startSpan();
            Span unsampled = tracer.spanBuilder("unsampled")
                    .setParent(Context.root()
                            .with(Span.wrap(SpanContext.createFromRemoteParent(
                                    "4bf92f3577b34da6a3ce929d000e4736",
                                    "34f067aa0ba902b7",
                                    TraceFlags.getDefault(),
                                    TraceState.getDefault()))))
                    .startSpan();

            assertThat(started())
                    .containsEntry("RECORD_AND_SAMPLE none", 1L)
                    .containsEntry("RECORD_AND_SAMPLE local", 1L)
                    .containsEntry("RECORD_AND_SAMPLE remote", 0L)
                    .containsEntry("DROP remote", 1L);
            assertThat(live()).isEqualTo(Map.of("RECORD_AND_SAMPLE", 2L, "RECORD_ONLY", 0L));

            child.end();
            unsampled.end();
            root.end();
            assertThat(live()).isEqualTo(Map.of("RECORD_AND_SAMPLE", 0L, "RECORD_ONLY", 0L));
        }
    }

    /** Component, with its error if there is one, to value. */
    private Map<String, Long> values(String name) {
        return metric(name).getLongSumData().getPoints().stream()
                .collect(Collectors.toMap(point -> component(point.getAttributes()), point -> point.getValue()));
    }

    private Map<String, Long> durations() {
        return metric("otel.sdk.exporter.operation.duration").getHistogramData().getPoints().stream()
                .filter(point -> !component(point.getAttributes()).startsWith("io.redistributed"))
                .collect(Collectors.toMap(point -> component(point.getAttributes()), HistogramPointData::getCount));
    }

    private Map<String, Long> started() {
        return metric("otel.sdk.span.started").getLongSumData().getPoints().stream()
                .collect(Collectors.toMap(
                        point -> point.getAttributes().get(stringKey("otel.span.sampling_result")) + " "
                                + point.getAttributes().get(stringKey("otel.span.parent.origin")),
                        point -> point.getValue()));
    }

    private Map<String, Long> live() {
        return metric("otel.sdk.span.live").getLongSumData().getPoints().stream()
                .collect(Collectors.toMap(
                        point -> point.getAttributes().get(stringKey("otel.span.sampling_result")),
                        point -> point.getValue()));
    }

    private MetricData metric(String name) {
        return metrics.collectAllMetrics().stream()
                .filter(metric -> metric.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String component(Attributes attributes) {
        String error = attributes.get(stringKey("error.type"));
        return attributes.get(stringKey("otel.component.name")) + (error == null ? "" : " " + error);
    }
}
