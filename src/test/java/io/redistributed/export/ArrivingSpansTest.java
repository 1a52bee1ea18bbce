package io.redistributed.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.redistributed.testing.JaegerCollector;
import io.redistributed.testing.OtlpCollector;
import io.redistributed.testing.OtlpHttpCollector;
import io.redistributed.testing.ReceivedSpan;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What collectors get of a trace that goes through two services of one process. */
@ExtendWith(VertxExtension.class)
class ArrivingSpansTest {

    private static final Instant START = Instant.parse("2026-01-02T03:04:05.678901Z");
    private static final SpanContext LINKED = SpanContext.create(
            "4bf92f3577b34da6a3ce929d000e4736", "34f067aa0ba902b7", TraceFlags.getSampled(), TraceState.getDefault());

    @Test
    void traceArrivesByJaeger(Vertx vertx) {
        try (JaegerCollector collector = new JaegerCollector()) {
            JsonObject jaeger = JsonObject.of("type", "jaeger", "endpoint", collector.endpoint());
            assertArrives(vertx, jaeger, collector.spans());
            assertThat(collector.spans()).anySatisfy(span -> assertThat(span.attributes())
                    .containsEntry("error", true)
                    .containsEntry("otel.scope.name", "test"));
        }
    }

    @Test
    void traceArrivesByOtlpOverGrpc(Vertx vertx) {
        try (OtlpCollector collector = new OtlpCollector()) {
            JsonObject otlp = JsonObject.of("type", "otlp", "endpoint", collector.endpoint());
            assertArrives(vertx, otlp, collector.spans());
        }
    }

    @Test
    void traceArrivesByOtlpOverHttp(Vertx vertx) {
        try (OtlpHttpCollector collector = new OtlpHttpCollector(vertx)) {
            JsonObject otlp = JsonObject.of(
                    "type",
                    "otlp",
                    "endpoint",
                    collector.endpoint(),
                    "protocol",
                    "http/protobuf",
                    "headers",
                    JsonObject.of("authorization", "Bearer secret"));
            assertArrives(vertx, otlp, collector.spans());
            assertThat(collector.authorizations()).containsOnly("Bearer secret");
        }
    }

    private static void assertArrives(Vertx vertx, JsonObject exporter, List<ReceivedSpan> received) {
        try (ExportFixture fixture = ExportFixture.with(vertx, JsonObject.of("exporters", JsonArray.of(exporter)))) {
            Span server = fixture.api
                    .spanBuilder("POST /reports")
                    .setSpanKind(SpanKind.SERVER)
                    .setStartTimestamp(START)
                    .setAttribute("http.route", "/reports")
                    .setAttribute("http.response.status_code", 202)
                    .startSpan();
            Span producer = fixture.api
                    .spanBuilder("publish reports")
                    .setSpanKind(SpanKind.PRODUCER)
                    .setParent(Context.root().with(server))
                    .startSpan();
            Span consumer = fixture.reports
                    .spanBuilder("process reports")
                    .setSpanKind(SpanKind.CONSUMER)
                    .setParent(Context.root().with(producer))
                    .addLink(LINKED)
                    .startSpan();
            Span internal = fixture.reports
                    .spanBuilder("generate summary")
                    .setParent(Context.root().with(consumer))
                    .setAttribute("ratio", 0.5)
                    .setAttribute("last", true)
                    .startSpan();
            internal.addEvent("progress");
            internal.setStatus(StatusCode.ERROR, "row 7 is broken");
            List.of(internal, consumer, producer).forEach(Span::end);
            server.end(START.plusMillis(1500));

            await().untilAsserted(() -> assertThat(received).hasSize(4));
            Map<String, ReceivedSpan> spans =
                    received.stream().collect(Collectors.toMap(ReceivedSpan::name, span -> span));
            assertThat(received)
                    .extracting(ReceivedSpan::traceId)
                    .containsOnly(server.getSpanContext().getTraceId());

            ReceivedSpan root = spans.get("POST /reports");
            assertIs(root, "api", SpanKind.SERVER, server, null);
            assertThat(root.start()).isEqualTo(START);
            assertThat(root.duration()).isEqualTo(Duration.ofMillis(1500));
            assertThat(root.status()).isEqualTo("UNSET");
            assertThat(root.attributes())
                    .containsEntry("http.route", "/reports")
                    .containsEntry("http.response.status_code", 202L);

            assertIs(spans.get("publish reports"), "api", SpanKind.PRODUCER, producer, server);

            ReceivedSpan process = spans.get("process reports");
            assertIs(process, "report-generator", SpanKind.CONSUMER, consumer, producer);
            assertThat(process.links()).isEqualTo(Set.of("34f067aa0ba902b7"));

            ReceivedSpan generate = spans.get("generate summary");
            assertIs(generate, "report-generator", SpanKind.INTERNAL, internal, consumer);
            assertThat(generate.attributes()).containsEntry("ratio", 0.5).containsEntry("last", true);
            assertThat(generate.events()).containsExactly("progress");
            assertThat(generate.status()).isEqualTo("ERROR");
            assertThat(generate.statusMessage()).isEqualTo("row 7 is broken");
        }
    }

    private static void assertIs(ReceivedSpan received, String service, SpanKind kind, Span sent, Span parent) {
        assertThat(received.service()).isEqualTo(service);
        assertThat(received.kind()).isEqualTo(kind);
        assertThat(received.spanId()).isEqualTo(sent.getSpanContext().getSpanId());
        assertThat(received.parentSpanId())
                .isEqualTo(parent == null ? null : parent.getSpanContext().getSpanId());
    }
}
