package io.redistributed.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.grpc.Status;
import io.redistributed.testing.OtlpCollector;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Log lines of failing exports. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class ExportLogTest {

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.toString());
        }
    };

    @BeforeEach
    void capture() {
        appender.setContext(root.getLoggerContext());
        appender.start();
        root.addAppender(appender);
        SLF4JBridgeHandler.install();
    }

    @AfterEach
    void release() {
        SLF4JBridgeHandler.uninstall();
        root.detachAppender(appender);
    }

    @Test
    void logsFailureAndRecovery(Vertx vertx) {
        try (OtlpCollector collector = new OtlpCollector();
                ExportFixture fixture = to(vertx, collector.endpoint())) {
            collector.refuse(Status.UNAVAILABLE.withDescription("come back later"));
            fixture.endSpans(2);
            await().until(() -> fixture.figures(0).getLong("failures") > 1);
            collector.accept();
            await().until(() -> fixture.figures(0).getLong("exported") == 2);

            await().untilAsserted(() -> assertThat(exports())
                    .hasSize(2)
                    .satisfiesExactly(
                            first -> assertThat(first)
                                    .startsWith("[WARN] Export to otlp " + collector.endpoint()
                                            + " is failing: gRPC status UNAVAILABLE come back later; exported 0 spans,"
                                            + " 2 waiting, lost 0 in total"),
                            second -> assertThat(second)
                                    .startsWith("[INFO] Export to otlp " + collector.endpoint() + " recovered after ")
                                    .endsWith("; lost 0 spans in total")));
            fixture.undeploy();
            assertThat(exports()).hasSize(2);
        }
    }

    @Test
    void logsLossesAtEnd(Vertx vertx) {
        try (OtlpCollector collector = new OtlpCollector();
                ExportFixture fixture = to(vertx, collector.endpoint())) {
            collector.refuse(Status.INVALID_ARGUMENT);
            for (int spans = 2; spans <= 6; spans += 2) {
                fixture.endSpans(2);
                int lost = spans;
                await().until(() -> fixture.dropped(0, "rejected") == lost);
            }
            collector.accept();
            fixture.endSpans(2);
            await().until(() -> fixture.figures(0).getLong("exported") == 2);
            fixture.undeploy();

            assertThat(exports())
                    .hasSize(3)
                    .anyMatch(line -> line.contains(" recovered after ") && line.endsWith("; lost 6 spans in total"))
                    .last()
                    .isEqualTo("[WARN] Export to otlp " + collector.endpoint()
                            + " ended: exported 2 spans, lost 6 {rejected=6}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"grpc", "http/protobuf"})
    void hidesCredentials(String protocol, Vertx vertx) {
        JsonObject exporter = JsonObject.of("type", "otlp", "protocol", protocol)
                .put("endpoint", "http://127.0.0.1:1/hushhush?token=hushhush")
                .put("headers", JsonObject.of("api-key", "hushhush"));
        try (ExportFixture fixture = with(vertx, exporter)) {
            fixture.endSpans(2);
            await().until(() -> fixture.figures(0).getLong("failures") > 0);
            fixture.undeploy();

            // The exporters have their own log, with a stack trace for each attempt.
            assertThat(lines).noneMatch(line -> line.contains("Failed to export"));
            assertThat(exports()).last().asString().startsWith("[WARN] Export to otlp http://127.0.0.1:1 ended");
            assertThat(lines.toString() + fixture.pipeline.figures()).doesNotContain("hushhush");
        }
    }

    private List<String> exports() {
        return lines.stream().filter(line -> line.contains("Export to ")).toList();
    }

    private static ExportFixture to(Vertx vertx, String endpoint) {
        return with(vertx, JsonObject.of("type", "otlp", "endpoint", endpoint));
    }

    private static ExportFixture with(Vertx vertx, JsonObject exporter) {
        return ExportFixture.with(
                vertx, JsonObject.of("delay", "10ms", "flushTimeout", "1s", "exporters", JsonArray.of(exporter)));
    }
}
