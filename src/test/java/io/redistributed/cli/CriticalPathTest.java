package io.redistributed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The same cases as in {@code analysis.test.js}. */
class CriticalPathTest {

    private static final Instant START = Instant.parse("2026-11-28T10:00:00Z");

    @Test
    void followsTheChildThatEndsLast() {
        assertThat(path(
                        span("root", null, 0, 100),
                        span("short", "root", 10, 40),
                        span("long", "root", 10, 80),
                        span("last", "root", 85, 95)))
                .containsExactly(
                        "critical path:", "70.0 ms 70 % s: long", "20.0 ms 20 % s: root", "10.0 ms 10 % s: last");
    }

    @Test
    void waitsForAMessageAfterItsPublisher() {
        assertThat(path(span("POST", null, 0, 10), span("publish", "POST", 4, 6), span("process", "publish", 20, 50)))
                .containsExactly(
                        "critical path:",
                        "30.0 ms 60 % s: process",
                        "14.0 ms 28 % waiting for process",
                        "4.0 ms 8 % s: POST",
                        "2.0 ms 4 % s: publish");
    }

    @Test
    void namesTimeWithoutSpans() {
        assertThat(path(span("a", null, 0, 10), span("b", null, 30, 40))).contains("20.0 ms 50 % waiting for b");
    }

    @Test
    void childBeforeItsParentCountsFromTheParent() {
        assertThat(path(span("root", null, 50, 100), span("early", "root", 20, 60)))
                .containsExactly(
                        "warning: clocks differ: 1 span starts before the parent, by up to 30.0 ms",
                        "critical path:",
                        "40.0 ms 50 % s: root",
                        "30.0 ms 38 % waiting for root",
                        "10.0 ms 13 % s: early");
    }

    @Test
    void clocksOfOneHostDoNotDiffer() {
        assertThat(path(span("root", null, 1, 100), span("early", "root", 0, 60)))
                .contains("critical path:")
                .noneMatch(line -> line.contains("clocks differ"));
    }

    @Test
    void firstSpanOfCycleOfParentsIsRoot() {
        assertThat(path(span("a", "b", 0, 10), span("b", "a", 5, 30)))
                .containsExactly("critical path:", "25.0 ms 83 % s: b", "5.0 ms 17 % s: a");
    }

    @Test
    void deepTracesAreWalked() {
        JsonObject[] spans = new JsonObject[10_000];
        for (int i = 0; i < spans.length; i++) {
            spans[i] = span("s" + i, i == 0 ? null : "s" + (i - 1), i, 20_000 - i);
        }
        assertThat(path(spans)).hasSize(spans.length + 1);
    }

    private static String[] path(JsonObject... spans) {
        return CriticalPath.of(JsonObject.of("spans", JsonArray.of((Object[]) spans)))
                .lines()
                .map(line -> line.strip().replaceAll(" +", " "))
                .toArray(String[]::new);
    }

    private static JsonObject span(String id, String parent, int from, int to) {
        return new JsonObject()
                .put("spanId", id)
                .put("parentSpanId", parent)
                .put("name", id)
                .put("service", "s")
                .put("startTime", START.plusMillis(from).toString())
                .put("durationMicros", (to - from) * 1_000L);
    }
}
