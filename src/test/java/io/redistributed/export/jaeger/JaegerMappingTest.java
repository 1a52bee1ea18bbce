package io.redistributed.export.jaeger;

import static io.opentelemetry.api.common.AttributeKey.doubleArrayKey;
import static io.opentelemetry.api.common.AttributeKey.stringArrayKey;
import static io.opentelemetry.api.common.AttributeKey.valueKey;
import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.jaeger.proto.api_v2.Model;
import io.opentelemetry.exporter.jaeger.proto.api_v2.Model.SpanRefType;
import io.opentelemetry.exporter.jaeger.proto.api_v2.Model.ValueType;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.redistributed.export.collector.Exporter;
import io.redistributed.export.collector.ExporterSettings;
import io.redistributed.export.collector.SpanBatch;
import io.redistributed.testing.JaegerCollector;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of each part of a span, as Jaeger's own generated classes read it. */
@ExtendWith(VertxExtension.class)
class JaegerMappingTest {

    private static final SpanContext PARENT = SpanContext.createFromRemoteParent(
            "4bf92f3577b34da6a3ce929d000e4736",
            "00f067aa0ba902b7",
            TraceFlags.getSampled(),
            TraceState.builder().put("rojo", "1").put("congo", "t61").build());
    private static final SpanContext OTHER = SpanContext.create(
            "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", TraceFlags.getSampled(), TraceState.getDefault());
    private static final long START = 1_767_225_600_123_456_789L;

    private final JaegerCollector collector = new JaegerCollector();
    private final InMemorySpanExporter ended = InMemorySpanExporter.create();
    private Exporter exporter;
    private SdkTracerProvider provider;

    @BeforeEach
    void connect(Vertx vertx) {
        JsonObject settings = JsonObject.of("type", "jaeger", "endpoint", collector.endpoint());
        exporter = new JaegerGrpcExporter(vertx, ExporterSettings.from(settings, "exporter", Duration.ofSeconds(10)));
    }

    @AfterEach
    void close() {
        await(exporter.close());
        provider.close();
        collector.close();
    }

    @ParameterizedTest
    @EnumSource(SpanKind.class)
    void kindIsTag(SpanKind kind) {
        Model.Span span = arrived(builder().setSpanKind(kind));

        assertThat(tag(span, "span.kind").getVStr()).isEqualTo(kind.name().toLowerCase(Locale.ROOT));
    }

    @Test
    void idsNameFlagsAndTimesAreExact() {
        Span started = builder().setNoParent().startSpan();
        started.end(START + 1_000_000_002L, TimeUnit.NANOSECONDS);
        Model.Span span = arrived();

        assertThat(span.getTraceId()).isEqualTo(id(started.getSpanContext().getTraceId()));
        assertThat(span.getSpanId()).isEqualTo(id(started.getSpanContext().getSpanId()));
        assertThat(span.getOperationName()).isEqualTo("münchen");
        assertThat(span.getReferencesList()).isEmpty();
        // A new trace also has W3C's flag for a random id, whose bit is Jaeger's "debug".
        assertThat(started.getSpanContext().getTraceFlags().asByte()).isEqualTo((byte) 3);
        assertThat(span.getFlags()).isEqualTo(1);
        assertThat(span.getStartTime().getSeconds()).isEqualTo(1_767_225_600L);
        assertThat(span.getStartTime().getNanos()).isEqualTo(123_456_789);
        assertThat(span.getDuration().getSeconds()).isEqualTo(1);
        assertThat(span.getDuration().getNanos()).isEqualTo(2);
        assertThat(keys(span.getTagsList())).isNotEmpty().doesNotContain("w3c.tracestate", "otel.status_code", "error");
    }

    @Test
    void attributesKeepTheirTypes() {
        Model.Span span = arrived(builder()
                .setAttribute("text", "é")
                .setAttribute("flag", false)
                .setAttribute("number", Long.MIN_VALUE)
                .setAttribute("fraction", 0.1)
                .setAttribute(stringArrayKey("texts"), List.of("a\"b", "c"))
                .setAttribute(doubleArrayKey("fractions"), List.of(1.5, Double.NaN))
                .setAttribute(valueKey("bytes"), Value.of(new byte[] {0, -1}))
                .setAttribute(valueKey("map"), Value.of(Map.of("k", Value.of(List.of(Value.of(1))))))
                .setAttribute(valueKey("empty"), Value.empty())
                .setAttribute("broken", "\ud800"));

        assertThat(tag(span, "text")).isEqualTo(text("text", "é"));
        assertThat(tag(span, "flag")).isEqualTo(tag("flag", ValueType.BOOL).build());
        assertThat(tag(span, "number"))
                .isEqualTo(
                        tag("number", ValueType.INT64).setVInt64(Long.MIN_VALUE).build());
        assertThat(tag(span, "fraction"))
                .isEqualTo(tag("fraction", ValueType.FLOAT64).setVFloat64(0.1).build());
        assertThat(tag(span, "texts")).isEqualTo(text("texts", "[\"a\\\"b\",\"c\"]"));
        assertThat(tag(span, "fractions")).isEqualTo(text("fractions", "[1.5,\"NaN\"]"));
        assertThat(tag(span, "bytes"))
                .isEqualTo(tag("bytes", ValueType.BINARY)
                        .setVBinary(ByteString.fromHex("00ff"))
                        .build());
        assertThat(tag(span, "map")).isEqualTo(text("map", "{\"k\":[1]}"));
        assertThat(tag(span, "empty")).isEqualTo(text("empty", ""));
        assertThat(tag(span, "broken")).isEqualTo(text("broken", "?"));
    }

    @Test
    void statusTraceStateAndScopeAreTags() {
        Span started = builder().setAttribute("error", "an attribute").startSpan();
        started.setStatus(StatusCode.ERROR, "no worker");
        started.end();
        Model.Span span = arrived();

        assertThat(span.getTagsList())
                .contains(
                        text("otel.status_code", "ERROR"),
                        text("otel.status_description", "no worker"),
                        tag("error", ValueType.BOOL).setVBool(true).build(),
                        text("w3c.tracestate", "congo=t61,rojo=1"),
                        text("otel.scope.name", "scope"),
                        text("otel.scope.version", "1.2"),
                        text("otel.scope.schema_url", "https://example.org/schema"),
                        text("otel.library.name", "scope"),
                        text("otel.library.version", "1.2"));
        assertThat(keys(span.getTagsList())).isNotEmpty().doesNotHaveDuplicates();
    }

    @Test
    void okStatusIsTagAndNoError() {
        Span started = builder().setAttribute("error", "an attribute").startSpan();
        started.setStatus(StatusCode.OK);
        started.end();
        Model.Span span = arrived();

        assertThat(span.getTagsList()).contains(text("otel.status_code", "OK"), text("error", "an attribute"));
        assertThat(keys(span.getTagsList())).isNotEmpty().doesNotContain("otel.status_description");
    }

    @Test
    void parentIsFirstReferenceBeforeLinks() {
        Model.Span span = arrived(builder()
                .addLink(OTHER)
                .addLink(PARENT, Attributes.builder().put("why", "batch").build()));

        assertThat(span.getReferencesList())
                .containsExactly(
                        reference(PARENT, SpanRefType.CHILD_OF),
                        reference(OTHER, SpanRefType.FOLLOWS_FROM),
                        reference(PARENT, SpanRefType.FOLLOWS_FROM));
        // The link without attributes and trace state is only a reference.
        assertThat(span.getLogsList()).singleElement().satisfies(log -> assertThat(log.getFieldsList())
                .containsExactly(
                        text("event", "link"),
                        text("trace_id", PARENT.getTraceId()),
                        text("span_id", PARENT.getSpanId()),
                        text("w3c.tracestate", "congo=t61,rojo=1"),
                        text("why", "batch")));
        assertThat(span.getLogs(0).getTimestamp()).isEqualTo(span.getStartTime());
    }

    @Test
    void eventsAreLogs() {
        Span started = builder().startSpan();
        started.addEvent("retry", Attributes.builder().put("attempt", 2).build(), START + 5, TimeUnit.NANOSECONDS);
        started.addEvent(
                "named", Attributes.builder().put("event", "by its attribute").build());
        started.end();
        Model.Span span = arrived();

        assertThat(span.getLogs(0).getTimestamp().getNanos()).isEqualTo(123_456_794);
        assertThat(span.getLogs(0).getFieldsList())
                .containsExactly(
                        text("event", "retry"),
                        tag("attempt", ValueType.INT64).setVInt64(2).build());
        assertThat(span.getLogs(1).getFieldsList()).containsExactly(text("event", "by its attribute"));
    }

    @Test
    void countsDropsOfSdk() {
        SpanLimits one = SpanLimits.builder()
                .setMaxNumberOfAttributes(1)
                .setMaxNumberOfAttributesPerEvent(1)
                .setMaxNumberOfAttributesPerLink(1)
                .setMaxNumberOfEvents(1)
                .setMaxNumberOfLinks(1)
                .build();
        Attributes three =
                Attributes.builder().put("a", 1).put("b", 2).put("c", 3).build();
        Span started = builder(one)
                .setAllAttributes(three)
                .addLink(OTHER, three)
                .addLink(OTHER)
                .startSpan();
        started.addEvent("first", three).addEvent("second").addEvent("third");
        started.end();
        Model.Span span = arrived();

        assertThat(span.getTagsList())
                .contains(
                        count("otel.dropped_attributes_count", 2),
                        count("otel.dropped_events_count", 2),
                        count("otel.dropped_links_count", 1));
        assertThat(span.getLogs(0).getFieldsList()).contains(count("otel.event.dropped_attributes_count", 2));
        assertThat(span.getLogs(1).getFieldsList()).contains(count("otel.dropped_attributes_count", 2));
    }

    @Test
    void resourceIsProcess() {
        arrived(builder());

        assertThat(collector.lastBatch().getProcess().getServiceName()).isEqualTo("api");
        assertThat(collector.lastBatch().getProcess().getTagsList())
                .containsExactly(text("host.name", "db1"), count("process.pid", 7));
    }

    private SpanBuilder builder() {
        return builder(SpanLimits.getDefault());
    }

    /** A span of a remote parent, with a scope and a resource. */
    private SpanBuilder builder(SpanLimits limits) {
        provider = SdkTracerProvider.builder()
                .setSpanLimits(limits)
                .setResource(Resource.create(Attributes.builder()
                        .put("service.name", "api")
                        .put("host.name", "db1")
                        .put("process.pid", 7)
                        .build()))
                .addSpanProcessor(SimpleSpanProcessor.create(ended))
                .build();
        Tracer tracer = provider.tracerBuilder("scope")
                .setInstrumentationVersion("1.2")
                .setSchemaUrl("https://example.org/schema")
                .build();
        return tracer.spanBuilder("münchen")
                .setParent(Context.root().with(Span.wrap(PARENT)))
                .setStartTimestamp(START, TimeUnit.NANOSECONDS);
    }

    private Model.Span arrived(SpanBuilder span) {
        span.startSpan().end();
        return arrived();
    }

    private Model.Span arrived() {
        SpanBatch batch = exporter.batch();
        ended.getFinishedSpanItems().forEach(batch::add);
        await(batch.export());
        return collector.lastBatch().getSpans(0);
    }

    private static Model.KeyValue tag(Model.Span span, String key) {
        return span.getTagsList().stream()
                .filter(tag -> tag.getKey().equals(key))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> keys(List<Model.KeyValue> tags) {
        return tags.stream().map(Model.KeyValue::getKey).toList();
    }

    private static Model.KeyValue.Builder tag(String key, ValueType type) {
        return Model.KeyValue.newBuilder().setKey(key).setVType(type);
    }

    private static Model.KeyValue text(String key, String value) {
        return tag(key, ValueType.STRING).setVStr(value).build();
    }

    private static Model.KeyValue count(String key, long value) {
        return tag(key, ValueType.INT64).setVInt64(value).build();
    }

    private static Model.SpanRef reference(SpanContext to, SpanRefType type) {
        return Model.SpanRef.newBuilder()
                .setTraceId(id(to.getTraceId()))
                .setSpanId(id(to.getSpanId()))
                .setRefType(type)
                .build();
    }

    private static ByteString id(String hex) {
        return ByteString.copyFrom(HexFormat.of().parseHex(hex));
    }
}
