package io.redistributed.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.redistributed.testing.GrpcCollector;
import io.redistributed.testing.JaegerCollector;
import io.redistributed.testing.OtlpCollector;
import io.redistributed.testing.OtlpHttpCollector;
import io.redistributed.testing.ReceivedSpan;
import io.redistributed.testing.TcpRelay;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hanging connections: everything is accepted and nothing is answered. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class SilentCollectorTest {

    @ParameterizedTest
    @ValueSource(strings = {"otlp", "jaeger"})
    void replacesHangingConnection(String type, Vertx vertx) {
        try (GrpcCollector collector = type.equals("jaeger") ? new JaegerCollector() : new OtlpCollector();
                TcpRelay relay = new TcpRelay(vertx, collector.port());
                ExportFixture fixture = through(vertx, relay, JsonObject.of("type", type))) {
            assertIsReplaced(fixture, relay, collector.spans());
        }
    }

    @Test
    void overHttpReplacesHangingConnection(Vertx vertx) {
        try (OtlpHttpCollector collector = new OtlpHttpCollector(vertx);
                TcpRelay relay = new TcpRelay(vertx, collector.port());
                ExportFixture fixture =
                        through(vertx, relay, JsonObject.of("type", "otlp", "protocol", "http/protobuf"))) {
            assertIsReplaced(fixture, relay, collector.spans());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"grpc", "http/protobuf"})
    void hangingCollectorGetsAllSpansLater(String protocol, Vertx vertx) {
        try (OtlpCollector grpc = new OtlpCollector();
                OtlpHttpCollector http = new OtlpHttpCollector(vertx);
                TcpRelay relay = new TcpRelay(vertx, protocol.equals("grpc") ? grpc.port() : http.port())) {
            relay.acceptAndSayNothing(true);
            try (ExportFixture fixture = through(vertx, relay, JsonObject.of("type", "otlp", "protocol", protocol))) {
                List<String> ids = fixture.endSpans(10);
                await().until(() -> fixture.figures(0).getLong("failures") > 1);
                relay.acceptAndSayNothing(false);

                assertArrive(protocol.equals("grpc") ? grpc.spans() : http.spans(), ids);
            }
        }
    }

    private static void assertIsReplaced(ExportFixture fixture, TcpRelay relay, List<ReceivedSpan> received) {
        List<String> ids = fixture.endSpans(10);
        assertArrive(received, ids);
        await().until(() -> fixture.figures(0).getLong("queued") == 0);

        relay.silence();
        ids.addAll(fixture.endSpans(10));

        assertArrive(received, ids);
        assertThat(relay.connections()).isGreaterThan(1);
        await().until(() -> fixture.figures(0).getLong("exported") == 20);
    }

    /** Possibly twice, because a request with a late response may have arrived. */
    private static void assertArrive(List<ReceivedSpan> received, List<String> ids) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(idsOf(received)).containsExactlyElementsOf(new TreeSet<>(ids)));
    }

    private static Set<String> idsOf(List<ReceivedSpan> received) {
        return received.stream().map(ReceivedSpan::spanId).collect(Collectors.toCollection(TreeSet::new));
    }

    private static ExportFixture through(Vertx vertx, TcpRelay relay, JsonObject exporter) {
        return ExportFixture.with(
                vertx,
                JsonObject.of(
                        "timeout",
                        "500ms",
                        "exporters",
                        JsonArray.of(exporter.put("endpoint", "http://127.0.0.1:" + relay.port()))));
    }
}
