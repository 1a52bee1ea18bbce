package io.redistributed.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.spring.ProgramProcess.Tracer;
import io.redistributed.spring.Spans.Span;
import io.redistributed.testing.RedisServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An unchanged program with the starter on its class path, on a real Redis. */
class StarterIT {

    /** What each message of the program is, and where it is published. */
    private static final Map<String, String> CHANNELS = Map.of(
            "lambda", "orders.lambda",
            "pattern", "orders.pattern.1",
            "adapter", "orders.adapter",
            "failing", "orders.failing",
            "own", "orders.own",
            "again", "orders.changed.again",
            "envelope", "envelope",
            "object", "orders.object",
            "later", "orders.later",
            "private", "orders.private");

    private static RedisServer redis;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @Test
    void newestOnOpenTelemetryTracesAreComplete() throws Exception {
        assertWhole("newest", Tracer.OPEN_TELEMETRY, "lettuce");
    }

    @Test
    void oldestOnBraveTracesAreComplete() throws Exception {
        assertWhole("oldest", Tracer.BRAVE, "lettuce");
    }

    @Test
    @Tag("all")
    void newestOnBraveTracesAreComplete() throws Exception {
        assertWhole("newest", Tracer.BRAVE, "lettuce");
    }

    @Test
    @Tag("all")
    void oldestOnOpenTelemetryTracesAreComplete() throws Exception {
        assertWhole("oldest", Tracer.OPEN_TELEMETRY, "lettuce");
    }

    @Test
    @Tag("all")
    void newestOnJedisTracesAreComplete() throws Exception {
        assertWhole("newest", Tracer.OPEN_TELEMETRY, "jedis");
    }

    @Test
    @Tag("all")
    void oldestOnJedisTracesAreComplete() throws Exception {
        assertWhole("oldest", Tracer.BRAVE, "jedis");
    }

    @Test
    void writesNothingWithoutTracer() throws Exception {
        assertUntouched(new ProgramProcess("newest", Tracer.NONE).run("Program", redis.port()));
    }

    @Test
    @Tag("all")
    void onTheOldestWithoutATracerNothingIsWritten() throws Exception {
        assertUntouched(new ProgramProcess("oldest", Tracer.NONE).run("Program", redis.port()));
    }

    @Test
    void settingsThatAreNotAllowedStopTheStart() throws Exception {
        assertRefused(new ProgramProcess("newest", Tracer.NONE).run("Settings", redis.port()));
    }

    @Test
    @Tag("all")
    void onTheOldestSettingsThatAreNotAllowedStopTheStart() throws Exception {
        assertRefused(new ProgramProcess("oldest", Tracer.NONE).run("Settings", redis.port()));
    }

    /** The extension leaves a program alone that has the library; the starter takes the agent's telemetry. */
    @Test
    @Tag("all")
    void underTheAgentMessagesAreTracedOnce() throws Exception {
        List<String> lines =
                new ProgramProcess("newest", Tracer.NONE).withAgent().run("Program", redis.port());
        assertHeader(lines);
        assertThat(logged(lines, "'publish orders.pattern.1'")).hasSize(1);
        assertThat(logged(lines, "'process orders.pattern.1'")).hasSize(1);
        assertThat(traceOf(logged(lines, "'process orders.pattern.1'").get(0)))
                .isEqualTo(traceOf(logged(lines, "'publish orders.pattern.1'").get(0)));
    }

    private static List<String> logged(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.contains("LoggingSpanExporter") && line.contains(name))
                .toList();
    }

    private static String traceOf(String line) {
        return line.substring(line.indexOf("' : ")).split(" ")[2];
    }

    private static void assertWhole(String boot, Tracer tracer, String client) throws Exception {
        List<String> lines = new ProgramProcess(boot, tracer)
                .run("Program", redis.port(), "--spring.data.redis.client-type=" + client);
        Spans spans = new Spans(lines);
        CHANNELS.forEach((name, channel) -> assertWhole(spans, lines, name, channel));
        if (client.equals("lettuce")) {
            assertWhole(spans, lines, "pipeline", "orders.pipeline");
            assertWhole(spans, lines, "reactive", "orders.reactive");
            assertWhole(spans, lines, "flux orders.flux.*", "orders.flux.1");
            assertThat(spans.only("PRODUCER", "publish orders.cancelled").error())
                    .isEqualTo("the subscription was cancelled");
            // Lettuce's own span of the command.
            spans.child(spans.only("PRODUCER", "publish orders.object"), "CLIENT", "publish");
        }
        assertThat(spans.only("CONSUMER", "process orders.adapter").error()).isEqualTo("thrown by the delegate");
        assertThat(spans.only("CONSUMER", "process orders.failing").error()).isEqualTo("thrown by the listener");
        assertThat(spans.only("CONSUMER", "process orders.own").error()).isEqualTo("thrown by the adapter");
        assertThat(lines).anyMatch(line -> line.startsWith("LOGGED|envelope|") && line.endsWith(" acme"));
        assertRelations(spans);
        assertHeader(lines);
        assertThat(lines).contains("WIRE|plain|626f6479");
        assertThat(spans.ofChannel("plain")).isNotEmpty();
        assertThat(spans.named("CONSUMER", "process plain"))
                .allSatisfy(consumer -> assertThat(consumer.parent()).isEmpty());
        assertThat(spans.ofChannel("spring:session:event")).isEmpty();
    }

    /** From the caller to what each listener does, with each span once and the ids that a log line has. */
    private static void assertWhole(Spans spans, List<String> lines, String name, String channel) {
        List<Span> roots = spans.named("INTERNAL", "root " + name);
        assertThat(roots).as(name).hasSize(name.equals("lambda") ? 2 : 1);
        for (Span root : roots) {
            Span producer = spans.child(root, "PRODUCER", "publish " + channel);
            Span consumer = spans.child(producer, "CONSUMER", "process " + channel);
            assertThat(spans.children(consumer, "INTERNAL", "handled " + name))
                    .as(name)
                    .hasSize(name.equals("lambda") ? 2 : 1);
            assertThat(lines).anyMatch(line -> line.startsWith("LOGGED|" + name + '|' + root.trace() + ' '));
        }
    }

    private static void assertRelations(Spans spans) {
        Span sender = spans.only("PRODUCER", "publish link");
        Span linked = spans.only("CONSUMER", "process link");
        assertThat(linked.parent()).isEmpty();
        assertThat(linked.trace()).isNotEqualTo(sender.trace());
        assertThat(linked.tags()).contains(sender.id());
        spans.child(spans.only("PRODUCER", "publish propagate"), "INTERNAL", "handled propagate");
        assertThat(spans.named("CONSUMER", "process propagate")).isEmpty();
    }

    private static void assertHeader(List<String> lines) {
        assertThat(lines)
                .anyMatch(line ->
                        line.matches("WIRE\\|orders\\.wire\\|0000\\p{XDigit}{32}01\\p{XDigit}{16}0201626f6479"));
    }

    private static void assertUntouched(List<String> lines) {
        assertThat(lines).contains("DONE", "WIRE|plain|626f6479", "WIRE|orders.wire|626f6479");
    }

    private static void assertRefused(List<String> lines) {
        String text = String.join("\n", lines);
        String[] starts = text.split("START\\|");
        assertThat(starts).hasSize(8);
        assertThat(starts[1]).contains("redistributed.channels[0].write", "bianry", "BINARY", "FAILED");
        assertThat(starts[2])
                .contains("redistributed.channels[0].match", "must be a glob over channel names", "FAILED");
        assertThat(starts[3]).contains("redistributed.channels[0].macth", "FAILED");
        assertThat(starts[4]).contains("redistributed.exclude-channels[0]", "must be a glob", "FAILED");
        assertThat(starts[5]).contains("redistributed.enabled", "nein", "FAILED");
        assertThat(starts[6]).contains("STARTED|LettuceConnectionFactory\n");
        assertThat(starts[7]).contains("STARTED|LettuceConnectionFactory$$SpringCGLIB");
    }
}
