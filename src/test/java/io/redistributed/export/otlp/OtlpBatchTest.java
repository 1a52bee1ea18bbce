package io.redistributed.export.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.redistributed.export.collector.ProtoWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What OpenTelemetry's own marshaler writes is the measure. */
class OtlpBatchTest {

    private static final SpanContext REMOTE = SpanContext.createFromRemoteParent(
            "4bf92f3577b34da6a3ce929d0e0e4736",
            "00f067aa0ba902b7",
            TraceFlags.getSampled(),
            TraceState.builder().put("b", "2").put("a", "1").build());

    private final InMemorySpanExporter finished = InMemorySpanExporter.create();
    private final Tracer tracer = tracer("api", SpanLimits.getDefault());

    @Test
    void minimalSpan() throws IOException {
        tracer.spanBuilder("bare").startSpan().end();
        isAsTheirs(finished.getFinishedSpanItems());
    }

    @Test
    void allKindsStatesAndParents() throws IOException {
        for (SpanKind kind : SpanKind.values()) {
            for (StatusCode status : StatusCode.values()) {
                Span parent = tracer.spanBuilder("parent")
                        .setParent(Context.root().with(Span.wrap(REMOTE)))
                        .setSpanKind(kind)
                        .startSpan();
                tracer.spanBuilder("child")
                        .setParent(Context.root().with(parent))
                        .startSpan()
                        .setStatus(status, "why ä")
                        .end();
                parent.end();
            }
        }
        isAsTheirs(finished.getFinishedSpanItems());
    }

    @Test
    void moreAttributesThanTheCacheHolds() throws IOException {
        for (int i = 0; i < 5_000; i++) {
            tracer.spanBuilder("one of many")
                    .setAttribute("same", "value")
                    .setAttribute("number", i % 100)
                    .setAttribute("number", String.valueOf(i % 100))
                    .setAttribute("id", "report-" + i)
                    .setAttribute("long", "x".repeat(i % 300))
                    .startSpan()
                    .end();
        }
        isAsTheirs(finished.getFinishedSpanItems());
    }

    @Test
    void attributesOfAllTypes() throws IOException {
        Attributes all = Attributes.builder()
                .put("text", "ä€😀")
                .put("empty", "")
                .put("zero", 0L)
                .put("negative", -1L)
                .put("least", Long.MIN_VALUE)
                .put("no", false)
                .put("yes", true)
                .put("real", -0.5)
                .put("nan", Double.NaN)
                .put("texts", "a", "")
                .put("numbers", 1L, Long.MAX_VALUE)
                .put("reals", 1.5, 0)
                .put("flags", true, false)
                .put(AttributeKey.stringArrayKey("none"), List.of())
                .put(
                        AttributeKey.valueKey("map"),
                        Value.of(
                                KeyValue.of("bytes", Value.of(new byte[] {0, -1})),
                                KeyValue.of("list", Value.of(List.of(Value.of("x"), Value.of(2L))))))
                .build();
        Span span = tracer.spanBuilder("attributes")
                .setAllAttributes(all)
                .addLink(REMOTE, all)
                .addLink(REMOTE)
                .startSpan();
        span.addEvent("event", all);
        span.recordException(new IllegalStateException("what went wrong"));
        span.end();
        isAsTheirs(finished.getFinishedSpanItems());
    }

    @Test
    void countsDrops() throws IOException {
        Tracer limited = tracer(
                "api",
                SpanLimits.builder()
                        .setMaxNumberOfAttributes(1)
                        .setMaxNumberOfEvents(1)
                        .setMaxNumberOfLinks(1)
                        .setMaxNumberOfAttributesPerEvent(1)
                        .setMaxNumberOfAttributesPerLink(1)
                        .build());
        Attributes two = Attributes.builder().put("a", "1").put("b", "2").build();
        Span span = limited.spanBuilder("limited")
                .setAllAttributes(two)
                .addLink(REMOTE, two)
                .addLink(REMOTE)
                .startSpan();
        span.addEvent("one", two).addEvent("two").end();
        isAsTheirs(finished.getFinishedSpanItems());
    }

    @Test
    void lengthsOfOneToFourBytes() throws IOException {
        for (int length : new int[] {1, 126, 127, 128, 129, 16_383, 16_384, 70_000, 2_100_000}) {
            tracer.spanBuilder("long")
                    .setAttribute("text", "x".repeat(length))
                    .startSpan()
                    .end();
        }
        isAsTheirs(finished.getFinishedSpanItems());
    }

    @Test
    void groupsSpansByOrigin() throws IOException {
        Tracer other = tracer("report-generator", SpanLimits.getDefault());
        for (int i = 0; i < 3; i++) {
            tracer.spanBuilder("one").startSpan().end();
            other.spanBuilder("two").startSpan().end();
        }
        List<SpanData> spans = finished.getFinishedSpanItems();
        assertThat(ours(spans, new AttributeCache()).getResourceSpansList())
                .containsExactlyInAnyOrderElementsOf(theirs(spans).getResourceSpansList())
                .allMatch(resource -> resource.getScopeSpans(0).getSpansCount() == 3)
                .extracting(ResourceSpans::getSchemaUrl)
                .containsOnly("https://example.org/schema");
    }

    private Tracer tracer(String service, SpanLimits limits) {
        return SdkTracerProvider.builder()
                .setResource(Resource.create(
                        Attributes.builder()
                                .put("service.name", service)
                                .put("pid", 1)
                                .build(),
                        "https://example.org/schema"))
                .setSpanLimits(limits)
                .addSpanProcessor(SimpleSpanProcessor.create(finished))
                .build()
                .tracerBuilder("scope")
                .setInstrumentationVersion("1.0")
                .setSchemaUrl("https://example.org/scope")
                .build();
    }

    private static void isAsTheirs(List<SpanData> spans) throws IOException {
        assertThat(spans).isNotEmpty();
        AttributeCache cache = new AttributeCache();
        assertThat(ours(spans, cache)).isEqualTo(theirs(spans));
        assertThat(ours(spans, cache)).as("from the cache").isEqualTo(theirs(spans));
    }

    private static ExportTraceServiceRequest ours(List<SpanData> spans, AttributeCache cache) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        OtlpBatch batch = new OtlpBatch(null, cache);
        for (SpanData span : spans) {
            assertThat(batch.add(span)).isTrue();
        }
        for (ProtoWriter part : batch.message()) {
            part.writeTo(bytes);
        }
        return ExportTraceServiceRequest.parseFrom(bytes.toByteArray());
    }

    private static ExportTraceServiceRequest theirs(List<SpanData> spans) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TraceRequestMarshaler.create(new ArrayList<>(spans)).writeBinaryTo(bytes);
        return ExportTraceServiceRequest.parseFrom(bytes.toByteArray());
    }
}
