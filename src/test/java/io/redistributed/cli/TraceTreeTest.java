package io.redistributed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

class TraceTreeTest {

    @Test
    void showsSpansBelowParentsWithShareOfTime() {
        JsonObject trace = trace(
                span("1", null, "POST /reports", "api", 0, 25_000),
                span("2", "1", "publish", "api", 5_000, 850),
                span("4", "2", "process", "worker", 50_000, 50_000)
                        .put("status", "ERROR")
                        .put("statusMessage", "no\u001b[31m memory"),
                span("3", "1", "audit", "api", 6_000, 1_234_000));

        assertThat(TraceTree.of(trace, Glyphs.ASCII)).isEqualToNormalizingNewlines("""
                trace aa: 4 spans, 1.24 s
                POST /reports  api       25.0 ms  #
                |- publish     api        850 us  #
                |  `- process  worker    50.0 ms   ##                               ! no\\u001b[31m memory
                `- audit       api        1.23 s  ################################
                """);
    }

    @Test
    void isReceivedOnceConsumerIsPresent() {
        JsonObject sent = span("1", null, "publish", "api", 0, 1).put("kind", "PRODUCER");
        JsonObject received = span("2", "1", "process", "worker", 0, 1).put("kind", "CONSUMER");

        assertThat(TraceTree.isReceived(trace(span("1", null, "a", "api", 0, 1))))
                .isTrue();
        assertThat(TraceTree.isReceived(trace(sent))).isFalse();
        assertThat(TraceTree.isReceived(trace(sent, received))).isTrue();
    }

    @Test
    void truncatesDeepAndWideTraces() {
        JsonObject deep = trace(span("0", null, "root", "api", 0, 1));
        JsonObject wide = trace(span("0", null, "root", "api", 0, 1));
        for (int i = 1; i <= 10_000; i++) {
            deep.getJsonArray("spans").add(span("" + i, "" + (i - 1), "span " + i, "api", i, 1));
            wide.getJsonArray("spans").add(span("" + i, "0", "span " + i, "api", i, 1));
        }

        for (JsonObject trace : new JsonObject[] {deep, wide}) {
            String text = TraceTree.of(trace, Glyphs.UNICODE);
            assertThat(text.lines()).hasSize(502).allSatisfy(line -> assertThat(line)
                    .hasSizeLessThan(130));
            assertThat(text).endsWith("and 9501 more" + System.lineSeparator());
        }
    }

    @Test
    void firstSpanOfCycleOfParentsIsRoot() {
        JsonObject trace = trace(
                span("5", "4", "below", "api", 0, 1_000),
                span("1", "1", "self", "api", 0, 1_000),
                span("2", "4", "first", "api", 100, 1_000),
                span("3", "2", "second", "api", 200, 1_000),
                span("4", "3", "third", "api", 300, 1_000));

        assertThat(TraceTree.of(trace, Glyphs.ASCII)).isEqualToNormalizingNewlines("""
                trace aa: 5 spans, 1.3 ms
                self            api     1.0 ms  #########################
                first           api     1.0 ms    ##########################
                `- second       api     1.0 ms      ##########################
                   `- third     api     1.0 ms         #########################
                      `- below  api     1.0 ms  #########################
                """);
    }

    @Test
    void saysThatThereAreNoSpans() {
        assertThat(TraceTree.of(trace(), Glyphs.ASCII)).contains("has no spans");
    }

    private static JsonObject trace(JsonObject... spans) {
        JsonArray all = new JsonArray();
        for (JsonObject span : spans) {
            all.add(span);
        }
        return JsonObject.of("traceId", "aa", "spans", all);
    }

    private static JsonObject span(String id, String parent, String name, String service, int at, int micros) {
        return new JsonObject()
                .put("spanId", id)
                .put("parentSpanId", parent)
                .put("name", name)
                .put("kind", "INTERNAL")
                .put("service", service)
                .put("startTime", "2026-01-02T03:04:%02d.%06dZ".formatted(at / 1_000_000, at % 1_000_000))
                .put("durationMicros", micros)
                .put("status", "UNSET");
    }
}
