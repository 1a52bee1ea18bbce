package io.redistributed.config;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.AppenderAttachable;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code logback.xml} in a separate logger context, whose console is an array. */
class LogFormatTest {

    private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d000e4736";
    private static final String SPAN_ID = "34f067aa0ba902b7";
    private static final String LINE = "\\d\\d:\\d\\d:\\d\\d\\.\\d{3} ";

    /** All line ends, a forged log line, colors, quotes, invalid and non-ASCII characters. */
    private static final String NASTY =
            "a\n12:00:00.000 INFO  Main - forged\r\nb\rc\u0085d\u2028e\u2029f\u001b[31m\u0000\u0007\t\"'\\\ud800 é \ud83d\ude00";

    private final ByteArrayOutputStream console = new ByteArrayOutputStream();

    @Test
    void formatsPlainLine() {
        Logger log = log("plain");

        log.info("Worker {} takes {} reports", "w", 16);
        within(() -> log.warn("Lost {}", "it"));

        assertThat(lines()).hasSize(2);
        assertThat(lines().get(0)).matches(LINE + "INFO  LogFormatTest - Worker w takes 16 reports");
        assertThat(lines().get(1))
                .matches(LINE + "WARN  LogFormatTest \\[trace_id=" + TRACE_ID + " span_id=" + SPAN_ID + "] - Lost it");
    }

    @Test
    void inputCannotForgePlainLine() {
        Logger log = log("plain");

        log.error("got {}", NASTY, new IllegalStateException(NASTY, new IllegalArgumentException(NASTY)));

        assertThat(lines().get(0))
                .matches(LINE + ".* - .*")
                .endsWith(
                        " - got a\\n12:00:00.000 INFO  Main - forged\\nb\\nc\\nd\\ne\\nf?[31m??\t\"'\\? é \ud83d\ude00");
        assertThat(lines().subList(1, lines().size()))
                .hasSizeGreaterThan(20)
                .allSatisfy(line ->
                        assertThat(line).startsWith("  ").doesNotContainPattern("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]"))
                .anyMatch(line -> line.startsWith("  Caused by: java.lang.IllegalArgumentException: a"))
                .anyMatch(line -> line.equals("  12:00:00.000 INFO  Main - forged"));
    }

    @Test
    void formatsJsonLine() throws Exception {
        Logger log = log("json");

        log.info("Worker {} takes {} reports", "w", 16);
        within(() -> log.warn("Lost {}", "it"));

        JsonNode outside = json(lines().get(0));
        assertThat(outside.get("level").textValue()).isEqualTo("INFO");
        assertThat(outside.get("loggerName").textValue()).isEqualTo(LogFormatTest.class.getName());
        assertThat(outside.get("formattedMessage").textValue()).isEqualTo("Worker w takes 16 reports");
        assertThat(outside.get("timestamp").isIntegralNumber()).isTrue();
        assertThat(outside.get("mdc")).isEmpty();
        JsonNode inside = json(lines().get(1));
        assertThat(inside.get("mdc"))
                .isEqualTo(json("{\"trace_id\":\"%s\",\"span_id\":\"%s\",\"trace_flags\":\"01\"}"
                        .formatted(TRACE_ID, SPAN_ID)));
    }

    @Test
    void anyMessageAndStackTraceAreOneJsonLine() throws Exception {
        Logger log = log("json");

        log.error("got {}", NASTY, deep(2_000));

        String text = console.toString(StandardCharsets.UTF_8);
        assertThat(text.indexOf('\n')).isEqualTo(text.length() - 1);
        assertThat(text.stripTrailing()).doesNotContainPattern("[\\x00-\\x1f]");
        JsonNode line = json(text);
        assertThat(line.get("formattedMessage").textValue()).isEqualTo("got " + NASTY.replace('\ud800', '?'));
        assertThat(line.get("throwable").get("message").textValue()).contains("forged");
        assertThat(line.get("throwable").get("stepArray")).hasSizeGreaterThan(1_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "json"})
    void setupLogsNothing(String format) {
        assertThat(log(format).getLoggerContext().getStatusManager().getCopyOfStatusList())
                .isNotEmpty()
                .allSatisfy(status ->
                        assertThat(status.getLevel()).as(status.toString()).isZero());
    }

    private Logger log(String format) {
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        context.putProperty("logging.format", format);
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        try {
            configurator.doConfigure(LogFormatTest.class.getResource("/logback.xml"));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        AppenderAttachable<?> traced = (AppenderAttachable<?>)
                context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("traced");
        ConsoleAppender<?> appender = (ConsoleAppender<?>) traced.getAppender("console");
        appender.setOutputStream(console);
        return context.getLogger(LogFormatTest.class);
    }

    private List<String> lines() {
        return List.of(console.toString(StandardCharsets.UTF_8).split("\r?\n"));
    }

    private static JsonNode json(String line) throws Exception {
        return new ObjectMapper()
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .readTree(line);
    }

    private static Exception deep(int depth) {
        return depth == 0 ? new IllegalStateException(NASTY) : deep(depth - 1);
    }

    private static void within(Runnable action) {
        SpanContext span = SpanContext.create(TRACE_ID, SPAN_ID, TraceFlags.getSampled(), TraceState.getDefault());
        try (Scope scope = Context.root().with(Span.wrap(span)).makeCurrent()) {
            action.run();
        }
    }
}
