package io.redistributed.javaagent;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanKind;
import io.redistributed.testing.OtlpHttpCollector;
import io.redistributed.testing.ReceivedSpan;
import io.redistributed.testing.RedisServer;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys, by what they make of one program. */
class ConfigurationIT {

    private static final String KEY = "otel.instrumentation.redis-pubsub.";
    private static final String BODY = "626f6479";
    private static final String PAYLOAD = "wire " + BODY;

    private static Vertx vertx;
    private static RedisServer redis;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        redis = RedisServer.start();
    }

    @AfterAll
    static void stop() {
        redis.close();
        vertx.close().await();
    }

    @Test
    void writesNothingByDefault() throws Exception {
        try (OtlpHttpCollector collector = new OtlpHttpCollector(vertx)) {
            assertThat(run(new AgentProcess(collector))).contains(PAYLOAD);
            TraceTree traces = new TraceTree(collector.spans());
            assertThat(traces.only(SpanKind.CONSUMER, "text").parentSpanId()).isNullOrEmpty();
            traces.only(SpanKind.PRODUCER, "text");
        }
    }

    @Test
    void isDisabledIfProgramHasTheLibrary() throws Exception {
        try (OtlpHttpCollector collector = new OtlpHttpCollector(vertx)) {
            AgentProcess program =
                    new AgentProcess(collector).with(KEY + "write", "binary").withLibrary();
            assertThat(run(program)).contains(PAYLOAD);
            assertThat(new TraceTree(collector.spans())
                            .all(span -> span.kind() == SpanKind.PRODUCER || span.kind() == SpanKind.CONSUMER))
                    .isEmpty();
        }
    }

    @Test
    void doesNotTraceTheLibraryTwice() throws Exception {
        try (OtlpHttpCollector collector = new OtlpHttpCollector(vertx)) {
            AgentProcess program = new AgentProcess(collector).withLibrary();
            assertThat(program.run(true, "programs.LibraryProgram", String.valueOf(redis.port())))
                    .contains("done");
            TraceTree traces = new TraceTree(collector.spans());
            assertThat(traces.only(SpanKind.CONSUMER, "library").parentSpanId())
                    .isEqualTo(traces.only(SpanKind.PRODUCER, "library").spanId());
            assertThat(traces.all(
                            span -> span.name().contains("PING") || span.name().contains("PUBLISH")))
                    .isEmpty();
        }
    }

    @Test
    void readsChannelsThatItDoesNotWrite() throws Exception {
        String trace = "4bf92f3577b34da6a3ce929d000e4736";
        String span = "34f067aa0ba902b7";
        try (OtlpHttpCollector collector = new OtlpHttpCollector(vertx)) {
            AgentProcess program =
                    new AgentProcess(collector).with(KEY + "write", "binary").with(KEY + "channels", "orders");
            List<String> lines = program.run(
                    true,
                    "programs.ManyChannels",
                    String.valueOf(redis.port()),
                    "0000" + trace + "01" + span + "0201" + BODY);
            assertThat(lines)
                    .filteredOn(line -> line.startsWith("wire "))
                    .satisfiesExactly(
                            orders -> assertThat(orders)
                                    .startsWith("wire 0000")
                                    .endsWith(BODY)
                                    .hasSize(PAYLOAD.length() + 2 * 29),
                            plain -> assertThat(plain).isEqualTo(PAYLOAD));
            ReceivedSpan consumer = new TraceTree(collector.spans()).only(SpanKind.CONSUMER, "text");
            assertThat(consumer.traceId()).isEqualTo(trace);
            assertThat(consumer.parentSpanId()).isEqualTo(span);
        }
    }

    @Test
    @Tag("all")
    void canBeDisabled() throws Exception {
        try (OtlpHttpCollector collector = new OtlpHttpCollector(vertx)) {
            AgentProcess program =
                    new AgentProcess(collector).with(KEY + "write", "binary").with(KEY + "enabled", "false");
            assertThat(run(program)).contains(PAYLOAD);
            assertThat(new TraceTree(collector.spans()).all(span -> span.kind() == SpanKind.CONSUMER))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @Tag("all")
    @ValueSource(strings = {KEY + "enabled", "otel.instrumentation.redis-pubsub-lettuce.enabled"})
    void canBeDisabledBesideYamlConfiguration(String key, @TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("agent.yaml"), """
                file_format: "1.2"
                tracer_provider:
                  processors:
                    - simple:
                        exporter:
                          console:
                """);
        try (OtlpHttpCollector collector = new OtlpHttpCollector(vertx)) {
            AgentProcess program = new AgentProcess(collector)
                    .with("otel.config.file", file.toString())
                    .with(KEY + "write", "binary");
            assertThat(run(program)).doesNotContain(PAYLOAD);
            assertThat(run(program.with(key, "false"))).contains(PAYLOAD);
        }
    }

    @Test
    @Tag("all")
    void ignoresExcludedChannel() throws Exception {
        try (OtlpHttpCollector collector = new OtlpHttpCollector(vertx)) {
            AgentProcess program = new AgentProcess(collector)
                    .with(KEY + "write", "binary")
                    .with(KEY + "channels", "text, w*")
                    .with(KEY + "exclude-channels", "wir?");
            assertThat(run(program)).contains(PAYLOAD);
            TraceTree traces = new TraceTree(collector.spans());
            assertThat(traces.all(span -> span.name().endsWith("wire"))).isEmpty();
            traces.only(SpanKind.CONSUMER, "text");
        }
    }

    @Test
    @Tag("all")
    void readsConfigurationFile(@TempDir Path folder) throws Exception {
        Path file =
                Files.writeString(folder.resolve("agent.properties"), KEY + "write=binary\n" + KEY + "relation=link\n");
        try (OtlpHttpCollector collector = new OtlpHttpCollector(vertx)) {
            AgentProcess program =
                    new AgentProcess(collector).with("otel.javaagent.configuration-file", file.toString());
            assertThat(run(program)).doesNotContain(PAYLOAD);
            TraceTree traces = new TraceTree(collector.spans());
            assertThat(traces.only(SpanKind.CONSUMER, "text").parentSpanId()).isNullOrEmpty();
            assertThat(traces.only(SpanKind.CONSUMER, "text").links())
                    .containsExactly(traces.only(SpanKind.PRODUCER, "text").spanId());
        }
    }

    @Test
    @Tag("all")
    void logsInvalidValue() throws Exception {
        try (OtlpHttpCollector collector = new OtlpHttpCollector(vertx)) {
            List<String> lines = run(new AgentProcess(collector).with(KEY + "write", "yes"));
            assertThat(lines)
                    .contains(PAYLOAD)
                    .anyMatch(line -> line.endsWith(
                            KEY + "write: \"yes\" is not allowed (use binary, envelope, none), using none"));
        }
    }

    private static List<String> run(AgentProcess program) throws Exception {
        return program.run(true, "programs.OneMessage", String.valueOf(redis.port()));
    }
}
