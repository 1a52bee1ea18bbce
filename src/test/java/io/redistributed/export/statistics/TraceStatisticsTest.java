package io.redistributed.export.statistics;

import static io.opentelemetry.api.trace.SpanKind.CLIENT;
import static io.opentelemetry.api.trace.SpanKind.CONSUMER;
import static io.opentelemetry.api.trace.SpanKind.INTERNAL;
import static io.opentelemetry.api.trace.SpanKind.PRODUCER;
import static io.opentelemetry.api.trace.SpanKind.SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.redistributed.export.store.StoredSpan;
import io.redistributed.export.store.TraceStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TraceStatisticsTest {

    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    private static final List<KeyValue> NONE = List.of();

    private final TraceStore store = new TraceStore();

    @Test
    void countsSpansOfOperation() {
        for (int i = 1; i <= 100; i++) {
            add(span(i, 1, 0, "api", "POST /reports", SERVER, i * 10, i * 1000, i > 90, NONE, 0));
        }

        JsonObject statistics = statistics(null, null, null, NOON.plusSeconds(10));

        assertThat(statistics.getString("startTime")).isEqualTo("2026-01-02T12:00:00.010000Z");
        assertThat(statistics.getString("endTime")).isEqualTo("2026-01-02T12:00:10.000000Z");
        assertThat(statistics.getInteger("traces")).isEqualTo(100);
        JsonObject operation = single(statistics, "operations");
        assertThat(operation.getDouble("perSecond")).isBetween(10.0, 10.02);
        JsonArray slowest = (JsonArray) operation.remove("slowest");
        assertThat(slowest).hasSize(5);
        assertThat(slowest.getJsonObject(0))
                .isEqualTo(JsonObject.of(
                        "traceId",
                        traceId(100),
                        "spanId",
                        spanId(1),
                        "startTime",
                        "2026-01-02T12:00:01.000000Z",
                        "durationMicros",
                        100_000L,
                        "status",
                        "ERROR"));
        operation.remove("perSecond");
        assertThat(operation).isEqualTo(new JsonObject("""
                        {"service": "api", "operation": "POST /reports", "kind": "SERVER", "count": 100, "errors": 10,
                         "p50Micros": 50000, "p95Micros": 95000, "p99Micros": 99000, "maxMicros": 100000, "totalMicros": 5050000,
                         "histogram": [{"belowMicros": 1024, "count": 1}, {"belowMicros": 2048, "count": 1},
                                       {"belowMicros": 4096, "count": 2}, {"belowMicros": 8192, "count": 4},
                                       {"belowMicros": 16384, "count": 8}, {"belowMicros": 32768, "count": 16},
                                       {"belowMicros": 65536, "count": 33}, {"belowMicros": 131072, "count": 35}]}
                        """));
    }

    @Test
    void wrongClockDoesNotExtendThePeriod() {
        int weeksEarlier = (int) -TimeUnit.DAYS.toMillis(20);
        add(span(1, 1, 0, "a", "x", INTERNAL, 0, 5, false, NONE, 0));
        add(span(2, 1, 0, "a", "x", INTERNAL, weeksEarlier, 5, false, NONE, 0));

        assertThat(single(statistics(null, null, null, NOON.plusSeconds(10)), "operations")
                        .getDouble("perSecond"))
                .isEqualTo(0.2);
        assertThat(statistics(null, NOON.minusSeconds(30L * 86_400), null, NOON.plusSeconds(10))
                        .getString("startTime"))
                .startsWith("2025-12-13");
    }

    @Test
    void namesSlowestOncePerTrace() {
        add(span(1, 1, 0, "a", "x", INTERNAL, 0, 5, false, NONE, 0));
        add(span(1, 2, 1, "a", "x", INTERNAL, 0, 9, false, NONE, 0));
        add(span(1, 3, 1, "a", "x", INTERNAL, 0, 7, false, NONE, 0));
        add(span(2, 1, 0, "a", "x", INTERNAL, 0, 8, false, NONE, 0));

        JsonObject operation = single(statistics(null, null, null, NOON), "operations");

        assertThat(operation.getJsonArray("slowest").stream()
                        .map(JsonObject.class::cast)
                        .map(span -> span.getString("spanId") + " " + span.getLong("durationMicros")))
                .containsExactly(spanId(2) + " 9", spanId(1) + " 8");
    }

    @Test
    void separatesKindsAndSortsByTotalDuration() {
        add(span(1, 1, 0, "a", "x", CLIENT, 0, 10, false, NONE, 0));
        add(span(1, 2, 1, "b", "x", SERVER, 0, 4, false, NONE, 0));
        add(span(1, 3, 1, "b", "x", SERVER, 0, 4, false, NONE, 0));
        add(span(1, 4, 1, "b", "x", null, 0, 9, false, NONE, 0));

        assertThat(all(statistics(null, null, null, NOON), "operations"))
                .extracting(operation -> operation.getString("service") + " " + operation.getString("kind"))
                .containsExactly("a CLIENT", "b ", "b SERVER");
    }

    @Test
    void countsOnlySpansInRange() {
        add(span(1, 1, 0, "api", "x", SERVER, 0, 9_000_000, false, NONE, 0));
        add(span(1, 2, 1, "worker", "y", SERVER, 1000, 5, false, NONE, 0));
        add(span(1, 3, 1, "worker", "y", SERVER, 2000, 5, false, NONE, 0));

        JsonObject statistics = statistics(null, NOON.plusMillis(1000), NOON.plusMillis(2000), Instant.MAX);

        assertThat(single(statistics, "operations").getInteger("count")).isEqualTo(1);
        assertThat(single(statistics, "calls").getInteger("count")).isEqualTo(1);
        assertThat(single(statistics, "calls").getDouble("perSecond")).isEqualTo(1.0);
        assertThat(statistics(null, Instant.MAX, null, NOON).getInteger("spans"))
                .isZero();
        assertThat(statistics(null, Instant.MIN, Instant.MAX, NOON).getInteger("spans"))
                .isEqualTo(3);
    }

    @Test
    void limitsToService() {
        add(span(1, 1, 0, "a", "x", SERVER, 0, 1, false, NONE, 0));
        add(span(1, 2, 1, "b", "x", SERVER, 0, 1, false, NONE, 0));
        add(span(1, 3, 2, "c", "x", SERVER, 0, 1, false, NONE, 0));
        add(span(1, 4, 3, "d", "x", SERVER, 0, 1, false, NONE, 0));

        JsonObject statistics = statistics("b", null, null, NOON);

        assertThat(single(statistics, "operations").getString("service")).isEqualTo("b");
        assertThat(calls(statistics)).containsExactly("a -call-> b 1/0", "b -call-> c 1/0");
        assertThat(statistics.getInteger("spans")).isEqualTo(1);
    }

    @Test
    void findsCallsMessagesAndDatabases() {
        add(span(1, 1, 0, "api", "POST /reports", SERVER, 0, 90, false, NONE, 0));
        add(span(1, 2, 1, "api", "submit", CLIENT, 10, 20, true, attribute("db.system.name", "redis"), 0));
        add(span(1, 3, 1, "api", "publish", PRODUCER, 40, 9, false, NONE, 0));
        add(span(1, 4, 3, "worker", "process", CONSUMER, 60, 70, true, NONE, 0));
        add(span(1, 5, 3, "worker", "process", CONSUMER, 900, 70, false, attribute("redistributed.attempt", 2), 0));
        add(span(1, 6, 4, "worker", "generate", INTERNAL, 70, 9, false, NONE, 0));
        add(span(1, 7, 4, "mail", "POST /mail", SERVER, 80, 9, false, NONE, 0));

        JsonObject statistics = statistics(null, null, null, NOON);

        assertThat(calls(statistics))
                .containsExactlyInAnyOrder(
                        "api -database-> redis 1/1", "api -message-> worker 1/1", "worker -call-> mail 1/0");
        assertThat(all(statistics, "calls"))
                .filteredOn(call -> call.getString("type").equals("message"))
                .extracting(call -> call.getLong("p50Micros"))
                .containsExactly(20_000L);
    }

    @Test
    void followsLinksToProducersOfOtherTraces() {
        add(span(2, 1, 0, "worker", "process", CONSUMER, 50, 1, false, NONE, 1));
        add(span(3, 1, 0, "mail", "process", CONSUMER, 60, 1, false, NONE, 1));
        add(span(4, 1, 0, "mail", "process", CONSUMER, 60, 1, false, NONE, 9));
        add(span(1, 1, 0, "api", "publish", PRODUCER, 40, 9, false, NONE, 0));

        assertThat(calls(statistics(null, null, null, NOON)))
                .containsExactly("api -message-> mail 1/0", "api -message-> worker 1/0");
    }

    @Test
    void boundsEntries() {
        for (int i = 1; i <= 300; i++) {
            add(span(i, 1, 0, "a", "operation " + i, CLIENT, 0, i, false, attribute("db.system", "db" + i), 0));
        }

        JsonObject statistics = statistics(null, null, null, NOON);

        assertThat(all(statistics, "operations"))
                .hasSize(200)
                .extracting(operation -> operation.getLong("maxMicros"))
                .startsWith(300L)
                .endsWith(101L);
        assertThat(all(statistics, "calls")).hasSize(200);
        assertThat(statistics.getInteger("omittedOperations")).isEqualTo(100);
        assertThat(statistics.getInteger("omittedCalls")).isEqualTo(100);
    }

    @Test
    void sumOfDurationsDoesNotOverflow() {
        addLasting(Long.MAX_VALUE - 1, 1, 2);
        // With the nanoseconds of both: 2 × 806.
        assertThat(totalMicros()).isEqualTo(2 * 9_223_372_036_854_775L + 1);

        addLasting(Long.MAX_VALUE - 1, 3, 1_001);
        assertThat(totalMicros()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void sumHasNanosecondsOfShortSpans() {
        addLasting(300, 1, 1_000);
        assertThat(totalMicros()).isEqualTo(300);
    }

    private void addLasting(long nanos, int first, int last) {
        for (int i = first; i <= last; i++) {
            StoredSpan span = span(i, 1, 0, "a", "x", INTERNAL, 0, 0, false, NONE, 0);
            add(new StoredSpan(
                    span.origin(),
                    span.traceId(),
                    span.spanId(),
                    null,
                    false,
                    "",
                    0,
                    "x",
                    INTERNAL,
                    1,
                    1 + nanos,
                    StatusCode.UNSET,
                    "",
                    NONE,
                    List.of(),
                    List.of(),
                    span.dropped()));
        }
    }

    private long totalMicros() {
        return single(statistics(null, null, null, NOON), "operations").getLong("totalMicros");
    }

    @Test
    void putsNoDurationIntoFirstBucket() {
        add(span(1, 1, 0, "a", "x", INTERNAL, 0, 0, false, NONE, 0));
        add(span(2, 1, 0, "a", "x", INTERNAL, 0, 2, false, NONE, 0));

        assertThat(single(statistics(null, null, null, NOON), "operations").getJsonArray("histogram"))
                .isEqualTo(new JsonArray("""
                        [{"belowMicros": 1, "count": 1}, {"belowMicros": 2, "count": 0}, {"belowMicros": 4, "count": 1}]
                        """));
    }

    private JsonObject statistics(String service, Instant from, Instant to, Instant now) {
        TraceStatistics statistics = new TraceStatistics(service, from, to, now);
        store.visit(statistics::add);
        return new JsonObject(statistics.toJson().toBuffer());
    }

    private static List<JsonObject> all(JsonObject statistics, String name) {
        return statistics.getJsonArray(name).stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    private static JsonObject single(JsonObject statistics, String name) {
        assertThat(statistics.getJsonArray(name)).hasSize(1);
        return statistics.getJsonArray(name).getJsonObject(0);
    }

    private static List<String> calls(JsonObject statistics) {
        return all(statistics, "calls").stream()
                .map(call -> "%s -%s-> %s %d/%d"
                        .formatted(
                                call.getString("from"),
                                call.getString("type"),
                                call.getString("to"),
                                call.getInteger("count"),
                                call.getInteger("errors")))
                .toList();
    }

    private void add(StoredSpan span) {
        store.add(List.of(span));
    }

    /** @param linked number of the trace whose first span the span links to, or 0 */
    private static StoredSpan span(
            int trace,
            int id,
            int parent,
            String service,
            String name,
            SpanKind kind,
            int atMillis,
            int micros,
            boolean failed,
            List<KeyValue> attributes,
            int linked) {
        long start = TimeUnit.SECONDS.toNanos(NOON.getEpochSecond()) + TimeUnit.MILLISECONDS.toNanos(atMillis);
        return new StoredSpan(
                new StoredSpan.Origin(service, NONE, 0, "", "", "", NONE, 0, ""),
                traceId(trace),
                spanId(id),
                parent == 0 ? null : spanId(parent),
                false,
                "",
                0,
                name,
                kind,
                start,
                start + TimeUnit.MICROSECONDS.toNanos(micros),
                failed ? StatusCode.ERROR : StatusCode.UNSET,
                "",
                attributes,
                List.of(),
                linked == 0 ? List.of() : List.of(new StoredSpan.Link(traceId(linked), spanId(1), "", 0, NONE, 0)),
                new StoredSpan.Dropped(0, 0, 0));
    }

    private static List<KeyValue> attribute(String key, Object value) {
        return List.of(KeyValue.of(key, value instanceof Integer number ? Value.of(number) : Value.of((String) value)));
    }

    private static String traceId(int number) {
        return "%032x".formatted(number);
    }

    private static String spanId(int number) {
        return "%016x".formatted(number);
    }
}
