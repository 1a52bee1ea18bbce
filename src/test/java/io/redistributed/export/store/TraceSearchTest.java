package io.redistributed.export.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.export.jaeger.JaegerTraces;
import io.redistributed.export.otlp.OtlpEncoding;
import io.redistributed.export.otlp.OtlpReceiver;
import io.redistributed.export.otlp.OtlpTraces;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceSearchTest {

    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    private static final TraceQuery ALL =
            new TraceQuery(null, null, null, null, null, null, Map.of(), null, null, null, null, 100);

    private final TraceStore store = new TraceStore();

    @Test
    void summarizesLatestFirst() {
        add(1, 2, 1, "worker", "process", 2, 30, 100, 2);
        add(1, 1, 0, "api", "POST /reports", 1, 0, 10, 0);
        add(2, 1, 0, "api", "GET /workers", 1, 60_000, 5, 0);

        assertThat(store.summaries(ALL).stream().map(TraceSummary::toJson))
                .containsExactly(new JsonObject("""
                                {"traceId": "00000000000000000000000000000002", "name": "GET /workers", "services": ["api"],
                                 "startTime": "2026-01-02T12:01:00.000000Z", "durationMicros": 5000, "spans": 1,
                                 "errors": 0, "timeline": [
                                   {"name": "api", "spans": 1, "errors": 0, "startMicros": 0, "durationMicros": 5000}]}
                                """), new JsonObject("""
                                {"traceId": "00000000000000000000000000000001", "name": "POST /reports",
                                 "services": ["api", "worker"], "startTime": "2026-01-02T12:00:00.000000Z",
                                 "durationMicros": 130000, "spans": 2, "errors": 1, "timeline": [
                                   {"name": "api", "spans": 1, "errors": 0, "startMicros": 0, "durationMicros": 10000},
                                   {"name": "worker", "spans": 1, "errors": 1, "startMicros": 30000, "durationMicros": 100000}]}
                                """));
    }

    @Test
    void limitsToLatest() {
        for (int i = 1; i <= 2_000; i++) {
            add(i, 1, 0, "api", "a", 1, i % 1_000, 1, 0);
        }

        assertThat(store.summaries(limit(3)))
                .extracting(TraceSummary::startNanos)
                .extracting(start -> (start - nanos(0)) / 1_000_000)
                .containsExactly(999L, 999L, 998L);
    }

    @Test
    void oneSpanMustMatchAllConditions() {
        add(1, 1, 0, "api", "slow", 1, 0, 100, 0);
        add(1, 2, 1, "worker", "fast", 1, 50, 1, 0);

        assertThat(found(new TraceQuery("api", "slow", null, null, null, null, Map.of(), null, null, null, null, 9)))
                .isTrue();
        assertThat(found(new TraceQuery("worker", "slow", null, null, null, null, Map.of(), null, null, null, null, 9)))
                .isFalse();
        assertThat(found(spanOf(Duration.ofMillis(100), null))).isTrue();
        assertThat(found(spanOf(Duration.ofMillis(101), null))).isFalse();
        assertThat(found(spanOf(null, Duration.ofMillis(1)))).isTrue();
        assertThat(found(spanOf(null, Duration.ofNanos(1)))).isFalse();
        assertThat(found(spanOf(Duration.ofMillis(2), Duration.ofMillis(99)))).isFalse();
        assertThat(found(started(NOON.plusMillis(50), null))).isTrue();
        assertThat(found(started(NOON.plusMillis(51), null))).isFalse();
        assertThat(found(started(null, NOON))).isFalse();
        assertThat(found(started(null, NOON.plusNanos(1)))).isTrue();
        assertThat(found(started(Instant.MIN, Instant.MAX))).isTrue();
    }

    @Test
    void durationIsFromFirstStartToLastEnd() {
        add(1, 1, 0, "api", "first", 1, 0, 10, 0);
        add(1, 2, 1, "worker", "last", 1, 90, 10, 0);

        assertThat(found(new TraceQuery(
                        null, null, null, null, null, null, Map.of(), Duration.ofMillis(100), null, null, null, 9)))
                .isTrue();
        assertThat(found(new TraceQuery(
                        null, null, null, null, null, null, Map.of(), Duration.ofMillis(101), null, null, null, 9)))
                .isFalse();
    }

    @Test
    void durationOfTheTraceHasAnUpperBound() {
        add(1, 1, 0, "api", "a", 1, 0, 10, 0);
        add(1, 2, 1, "api", "b", 1, 90, 10, 0);

        assertThat(found(longestTrace(Duration.ofMillis(100)))).isTrue();
        assertThat(found(longestTrace(Duration.ofMillis(99)))).isFalse();
    }

    private static TraceQuery longestTrace(Duration longest) {
        return new TraceQuery(null, null, null, null, null, null, Map.of(), null, longest, null, null, 9);
    }

    @Test
    void listsServicesAndOperations() {
        add(1, 1, 0, "worker", "process", 5, 0, 1, 0);
        add(2, 1, 0, "api", "GET /", 2, 0, 1, 0);
        add(3, 1, 0, "api", "GET /", 3, 0, 1, 0);

        assertThat(store.services()).containsExactly("api", "worker");
        assertThat(store.operations("api"))
                .containsExactly(new Operation("GET /", "client"), new Operation("GET /", "server"));
        assertThat(store.operations("nobody")).isEmpty();
    }

    /** Jaeger's in-memory storage answers these as listed. */
    @ParameterizedTest
    @CsvSource({
        "text,           value,     true",
        "text,           Value,     false",
        "text,           '',        false",
        "absent,         '',        false",
        "empty,          '',        true",
        "number,         200,       true",
        "number,         200.0,     false",
        "whole,          2,         true",
        "half,           0.5,       true",
        "huge,           1e+21,     true",
        "tiny,           1.5e-7,    true",
        "flag,           true,      true",
        "bytes,          AP8=,      true",
        "list,           '[1,\"a\"]', true",
        "of.the.event,   e,         true",
        "of.the.link,    l,         true",
        "of.the.scope,   s,         true",
        "of.the.resource, r,        true",
        "service.name,   api,       true",
        "resource.of.the.resource, r, true",
        "resource.text,  value,     false",
        "scope.name,     library,   true",
        "scope.version,  1,         false",
        "span.kind,      Server,    true",
        "span.kind,      client,    false",
        "span.kind,      nothing,   false",
        "span.status,    error,     true",
        "span.status,    ok,        false",
        "span.status,    unset,     false",
        "error,          true,      true",
        "error,          T,         true",
        "error,          false,     false",
        "error,          yes,       false",
    })
    void comparesAttributesAsText(String key, String text, boolean found) {
        receive(
                span(1, 1, 0, "a", 2, 0, 1, 2)
                        .put("attributes", new JsonArray("""
                [{"key": "text", "value": {"stringValue": "value"}}, {"key": "empty", "value": {}},
                 {"key": "number", "value": {"intValue": "200"}}, {"key": "whole", "value": {"doubleValue": 2}},
                 {"key": "half", "value": {"doubleValue": 0.5}}, {"key": "huge", "value": {"doubleValue": 1e21}},
                 {"key": "tiny", "value": {"doubleValue": 1.5e-7}}, {"key": "flag", "value": {"boolValue": true}},
                 {"key": "bytes", "value": {"bytesValue": "AP8="}},
                 {"key": "list", "value": {"arrayValue": {"values": [{"intValue": "1"}, {"stringValue": "a"}]}}}]
                """))
                        .put("events", new JsonArray("""
                [{"attributes": [{"key": "of.the.event", "value": {"stringValue": "e"}}]}]
                """))
                        .put("links", new JsonArray("""
                [{"traceId": "00000000000000000000000000000001", "spanId": "0000000000000009",
                  "attributes": [{"key": "of.the.link", "value": {"stringValue": "l"}}]}]
                """)),
                new JsonArray("""
                [{"key": "service.name", "value": {"stringValue": "api"}},
                 {"key": "of.the.resource", "value": {"stringValue": "r"}}]
                """),
                new JsonObject("""
                {"name": "library", "attributes": [{"key": "of.the.scope", "value": {"stringValue": "s"}}]}
                """));

        assertThat(found(carrying(Map.of(key, text)))).isEqualTo(found);
    }

    @Test
    void oneSpanMustHaveAllAttributes() {
        for (int id = 1; id <= 2; id++) {
            JsonArray attributes = new JsonArray().add(attribute("id", JsonObject.of("intValue", id)));
            receive(span(1, id, 0, "a", 1, 0, 1, id).put("attributes", attributes), "api");
        }

        assertThat(found(carrying(Map.of("id", "1", "span.status", "ok")))).isTrue();
        assertThat(found(carrying(Map.of("id", "1", "span.status", "error")))).isFalse();
    }

    @Test
    void spanWithoutKindMatchesNoKind() {
        add(1, 1, 0, "api", "a", 0, 0, 1, 0);

        assertThat(found(carrying(Map.of("span.kind", "internal")))).isFalse();
        assertThat(found(carrying(Map.of("span.kind", "unspecified")))).isTrue();
        assertThat(store.operations("api")).containsExactly(new Operation("a", ""));
    }

    @Test
    void countsCallsBetweenServices() {
        add(1, 1, 0, "web", "GET /", 2, 0, 100, 0);
        add(1, 2, 1, "api", "GET /", 2, 10, 10, 0);
        add(1, 3, 1, "api", "GET /", 2, 30, 10, 0);
        add(1, 4, 3, "api", "SELECT", 3, 31, 1, 0);
        add(1, 5, 99, "elsewhere", "orphan", 3, 31, 1, 0);

        assertThat(store.calls(NOON, NOON.plusMillis(100)))
                .isEqualTo(Map.of(new ServiceCall("web", "api"), 2L, new ServiceCall("api", "api"), 1L));
        assertThat(store.calls(NOON.plusMillis(1), NOON.plusMillis(100))).isEmpty();
        assertThat(store.calls(NOON, NOON.plusMillis(99))).isEmpty();
        assertThat(store.calls(Instant.MIN, Instant.MAX)).hasSize(2);
    }

    @Test
    void limitsResponse() {
        JsonArray attributes =
                new JsonArray().add(attribute("text", JsonObject.of("stringValue", "x".repeat(1 << 20))));
        for (int i = 1; i <= 25; i++) {
            receive(span(i, 1, 0, "large", 1, i, 1, 0).put("attributes", attributes), "api");
        }

        assertThat(store.summaries(ALL)).hasSize(25);
        assertThat(store.traces(ALL)).hasSize(15);
        assertThat(store.traces(IntStream.rangeClosed(1, 30)
                        .mapToObj("%032x"::formatted)
                        .toList()))
                .hasSize(15);
    }

    /** Escaped to six bytes a character, or three bytes in UTF-8. */
    @ParameterizedTest
    @ValueSource(strings = {"\u0001", "\ud83d\ude00", "\u4e2d"})
    void limitsResponseOfEscapedText(String text) {
        JsonArray attributes =
                new JsonArray().add(attribute("text", JsonObject.of("stringValue", text.repeat(1 << 20))));
        for (int i = 1; i <= 12; i++) {
            receive(span(i, 1, 0, "large", 1, i, 1, 0).put("attributes", attributes), "api");
        }

        List<Trace> found = store.traces(ALL);
        long estimate = found.stream().mapToLong(Trace::bytes).sum();

        assertThat(estimate).isLessThan(32 << 20);
        assertThat(OtlpTraces.json(found).length).isBetween(8 << 20, (int) estimate);
        assertThat(JaegerTraces.json(found, Map.of()).length).isBetween(8 << 20, (int) estimate);
    }

    @Test
    void limitsResponseThatRepeatsScope() {
        JsonArray spans = new JsonArray();
        for (int id = 1; id <= 20; id++) {
            spans.add(span(1, id, id - 1, "a", 1, 0, 1, 0));
        }

        assertThat(send(spans, new JsonArray(), JsonObject.of("name", "x".repeat(1 << 20))))
                .contains("reached the limit of a trace");

        List<Trace> found = store.traces(ALL);

        assertThat(JaegerTraces.json(found, Map.of()).length).isLessThan(16 << 20);
    }

    @Test
    void unsetStatusIsNoFailure() {
        add(1, 1, 0, "api", "a", 1, 0, 1, 0);
        assertThat(found(failed(false))).isTrue();
        assertThat(found(failed(true))).isFalse();

        add(1, 2, 1, "api", "b", 1, 0, 1, 2);
        assertThat(found(failed(true))).isTrue();
    }

    private static TraceQuery failed(boolean failed) {
        return new TraceQuery(null, null, null, null, null, null, Map.of(), null, null, null, failed, 9);
    }

    private boolean found(TraceQuery query) {
        return !store.traces(query).isEmpty();
    }

    private static TraceQuery limit(int limit) {
        return new TraceQuery(null, null, null, null, null, null, Map.of(), null, null, null, null, limit);
    }

    private static TraceQuery spanOf(Duration shortest, Duration longest) {
        return new TraceQuery(null, null, null, null, shortest, longest, Map.of(), null, null, null, null, 9);
    }

    private static TraceQuery carrying(Map<String, String> attributes) {
        return new TraceQuery(null, null, null, null, null, null, attributes, null, null, null, null, 9);
    }

    private static TraceQuery started(Instant from, Instant to) {
        return new TraceQuery(null, null, from, to, null, null, Map.of(), null, null, null, null, 9);
    }

    private void add(
            int trace, int id, int parent, String service, String name, int kind, int at, int millis, int status) {
        receive(span(trace, id, parent, name, kind, at, millis, status), service);
    }

    private void receive(JsonObject span, String service) {
        receive(span, JsonArray.of(attribute("service.name", JsonObject.of("stringValue", service))), new JsonObject());
    }

    private void receive(JsonObject span, JsonArray resource, JsonObject scope) {
        assertThat(send(JsonArray.of(span), resource, scope)).isEqualTo("{}");
    }

    private String send(JsonArray spans, JsonArray resource, JsonObject scope) {
        JsonObject scopeSpans = JsonObject.of("scope", scope, "spans", spans);
        JsonObject body = JsonObject.of(
                "resourceSpans",
                JsonArray.of(JsonObject.of(
                        "resource", JsonObject.of("attributes", resource), "scopeSpans", JsonArray.of(scopeSpans))));
        byte[] answer =
                new OtlpReceiver(store).receive(OtlpEncoding.JSON, body.encode().getBytes(UTF_8));
        return new String(answer, UTF_8);
    }

    private static JsonObject span(
            int trace, int id, int parent, String name, int kind, int at, int millis, int status) {
        return new JsonObject()
                .put("traceId", "%032x".formatted(trace))
                .put("spanId", "%016x".formatted(id))
                .put("parentSpanId", parent == 0 ? "" : "%016x".formatted(parent))
                .put("name", name)
                .put("kind", kind)
                .put("startTimeUnixNano", String.valueOf(nanos(at)))
                .put("endTimeUnixNano", String.valueOf(nanos(at + millis)))
                .put("status", JsonObject.of("code", status));
    }

    private static JsonObject attribute(String key, JsonObject value) {
        return JsonObject.of("key", key, "value", value);
    }

    private static long nanos(int millis) {
        return 1_000_000 * (NOON.toEpochMilli() + millis);
    }
}
