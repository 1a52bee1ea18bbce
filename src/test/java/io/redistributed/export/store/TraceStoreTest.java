package io.redistributed.export.store;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class TraceStoreTest {

    private static final long START =
            TimeUnit.SECONDS.toNanos(Instant.parse("2026-01-02T03:04:05Z").getEpochSecond()) + 678_901_234;
    private static final Duration LONG = Duration.ofHours(1);
    private static final Future<Void> NEVER = Promise.<Void>promise().future();

    private final TraceStore store = new TraceStore();

    @Test
    void writesTraceAsJson() {
        SpanData root = span(1, 1, 0)
                .setName("POST /reports")
                .setKind(SpanKind.SERVER)
                .setEndEpochNanos(START + 1_500_999)
                .setAttributes(Attributes.builder()
                        .put("http.route", "/reports")
                        .put("http.response.status_code", 202)
                        .put("ratio", 0.5)
                        .put("last", true)
                        .put(AttributeKey.longArrayKey("rows"), 1L, 2L)
                        .build())
                .build();
        SpanData child = span(1, 2, 1)
                .setName("publish reports")
                .setKind(SpanKind.PRODUCER)
                .setStatus(StatusData.create(StatusCode.ERROR, "no subscriber"))
                .setEvents(List.of(
                        EventData.create(START, "sent", Attributes.of(AttributeKey.stringKey("channel"), "reports"))))
                .setLinks(List.of(LinkData.create(context(9, 9, false))))
                .build();

        add(store, child, root);

        assertThat(json(1)).isEqualTo(new JsonObject("""
                        {"traceId": "00000000000000000000000000000001", "spans": [
                          {"spanId": "0000000000000001", "parentSpanId": null, "name": "POST /reports", "kind": "SERVER",
                           "service": "api", "startTime": "2026-01-02T03:04:05.678901Z", "durationMicros": 1500,
                           "status": "UNSET",
                           "attributes": {"http.route": "/reports", "http.response.status_code": 202, "ratio": 0.5,
                                          "last": true, "rows": [1, 2]},
                           "events": [], "links": []},
                          {"spanId": "0000000000000002", "parentSpanId": "0000000000000001", "name": "publish reports",
                           "kind": "PRODUCER", "service": "api", "startTime": "2026-01-02T03:04:05.678901Z",
                           "durationMicros": 1000, "status": "ERROR", "statusMessage": "no subscriber",
                           "attributes": {},
                           "events": [{"name": "sent", "time": "2026-01-02T03:04:05.678901Z",
                                       "attributes": {"channel": "reports"}}],
                           "links": [{"traceId": "00000000000000000000000000000009", "spanId": "0000000000000009",
                                      "attributes": {}}]}]}
                        """));
    }

    @Test
    void sortsSpansByStartThenParent() {
        add(
                store,
                span(1, 5, 4).setStartEpochNanos(START - 1).build(),
                span(1, 4, 3).build(),
                span(1, 3, 2).build(),
                span(1, 2, 1).build(),
                span(1, 1, 0).build());

        assertThat(json(1).getJsonArray("spans").stream().map(span -> ((JsonObject) span).getString("spanId")))
                .extracting(id -> Integer.parseInt(id, 16))
                .containsExactly(5, 1, 2, 3, 4);
    }

    @Test
    void traceIsCompleteWithEveryParentAndOneRoot() {
        assertThat(wholeAfter(span(1, 3, 2))).isFalse();
        assertThat(wholeAfter(span(1, 1, 0))).isFalse();
        assertThat(wholeAfter(span(1, 2, 1))).isTrue();
        assertThat(wholeAfter(span(1, 4, 0))).isFalse();
    }

    @Test
    void externalCallerIsRootOfServerSpansOnly() {
        assertThat(wholeAfter(span(1, 1, context(1, 77, true)).setKind(SpanKind.SERVER)))
                .isTrue();
        assertThat(wholeAfter(span(1, 2, 1))).isTrue();
        assertThat(wholeAfter(span(1, 3, context(1, 77, true)).setKind(SpanKind.SERVER)))
                .as("called twice by the same")
                .isTrue();

        assertThat(wholeAfter(span(2, 1, context(2, 77, true)).setKind(SpanKind.CONSUMER)))
                .as("what a message came from is ours")
                .isFalse();
        assertThat(wholeAfter(span(3, 1, context(3, 77, false)).setKind(SpanKind.SERVER)))
                .as("a parent in this process is still to come")
                .isFalse();
    }

    @Test
    void internalCallerIsNoRoot() {
        wholeAfter(span(1, 3, context(1, 2, true)).setKind(SpanKind.SERVER));
        assertThat(wholeAfter(span(1, 1, 0))).as("two roots so far").isFalse();
        assertThat(wholeAfter(span(1, 2, 1).setKind(SpanKind.CLIENT))).isTrue();
    }

    @Test
    void dropsOldestTraceAsAWhole() {
        TraceStore small = new TraceStore(4, Long.MAX_VALUE);
        add(small, span(1, 1, 0).build(), span(2, 1, 0).build());
        add(small, span(2, 2, 1).build(), span(1, 2, 1).build());

        add(small, span(3, 1, 0).build());

        assertThat(small.find(traceId(1)).orElseThrow().spans()).hasSize(2);
        assertThat(small.find(traceId(2))).isEmpty();
        assertThat(small.find(traceId(3)).orElseThrow().spans()).hasSize(1);
        assertThat(small.figures().getInteger("spans")).isEqualTo(3);
        assertThat(small.figures().getLong("evictedTraces")).isEqualTo(1);
    }

    @Test
    void rejectsLateSpansOfDroppedTrace() {
        TraceStore small = new TraceStore(2, Long.MAX_VALUE);
        add(small, span(1, 1, 0).build(), span(2, 1, 0).build(), span(3, 1, 0).build());

        add(small, span(1, 2, 1).build(), span(2, 2, 1).build());

        assertThat(small.find(traceId(1))).isEmpty();
        assertThat(small.find(traceId(2)).orElseThrow().spans()).hasSize(2);
        assertThat(small.figures().getLong("lateSpans")).isEqualTo(1);
        assertThat(small.figures().getInteger("spans")).isEqualTo(2);
    }

    @Test
    void keepsRepeatedSpanOnce() {
        add(store, span(1, 1, 0).build());
        add(store, span(1, 1, 0).setName("again").build(), span(1, 2, 1).build());

        assertThat(store.find(traceId(1)).orElseThrow().spans())
                .extracting(StoredSpan::name)
                .containsExactly("span 1", "span 2");
        assertThat(store.figures().getInteger("spans")).isEqualTo(2);
    }

    @Test
    void limitsBytesOfTrace() {
        Attributes big = Attributes.of(AttributeKey.stringKey("text"), "x".repeat(1 << 20));

        for (int i = 1; i <= 20; i++) {
            add(store, span(1, i, i - 1).setAttributes(big).build());
        }

        assertThat(store.find(traceId(1)).orElseThrow().spans()).hasSize(7);
        assertThat(store.figures().getLong("truncatedSpans")).isEqualTo(13);
    }

    @Test
    void limitsBytesOfStore() {
        TraceStore small = new TraceStore(1_000, 100_000);
        Attributes big = Attributes.of(AttributeKey.stringKey("text"), "x".repeat(10_000));

        for (int i = 1; i <= 100; i++) {
            add(small, span(i, 1, 0).setAttributes(big).build());
            assertThat(small.figures().getLong("bytes")).isBetween(10_000L, 100_000L);
        }

        assertThat(small.figures().getInteger("traces")).isEqualTo(4);
        assertThat(small.find(traceId(96))).isEmpty();
        assertThat(small.find(traceId(97))).isPresent();
    }

    @Test
    void rejectsSpanLargerThanStore() {
        TraceStore tiny = new TraceStore(1_000, 100);

        add(tiny, span(1, 1, 0).build());

        assertThat(tiny.find(traceId(1))).isEmpty();
        assertThat(tiny.figures())
                .isEqualTo(new JsonObject()
                        .put("traces", 0)
                        .put("spans", 0)
                        .put("bytes", 0L)
                        .put("evictedTraces", 0L)
                        .put("truncatedSpans", 1L)
                        .put("lateSpans", 0L));
    }

    @Test
    void limitsSpansOfTrace() {
        add(store, span(2, 1, 0).build());
        for (int i = 1; i <= 10_005; i++) {
            add(store, span(1, i, i - 1).build());
        }

        Trace trace = store.find(traceId(1)).orElseThrow();
        assertThat(trace.spans()).hasSize(10_000);
        assertThat(trace.truncated()).isEqualTo(5);
        assertThat(trace.toJson().getLong("truncated")).isEqualTo(5);
        assertThat(store.figures().getLong("truncatedSpans")).isEqualTo(5);
        assertThat(store.find(traceId(2))).isPresent();
    }

    @Test
    void doesNotWaitForCompleteTrace(Vertx vertx) {
        add(store, span(1, 1, 0).build());

        assertThat(store.whenWhole(vertx, traceId(1), LONG, NEVER).result()).isEqualTo(store.find(traceId(1)));
    }

    @Test
    void waitEndsWhenTraceIsComplete(Vertx vertx) {
        Future<Optional<Trace>> one = store.whenWhole(vertx, traceId(1), LONG, NEVER);
        Future<Optional<Trace>> other = store.whenWhole(vertx, traceId(1), LONG, NEVER);
        Future<Optional<Trace>> unrelated = store.whenWhole(vertx, traceId(2), LONG, NEVER);

        add(store, span(1, 2, 1).build());
        assertThat(one.isComplete()).isFalse();
        add(store, span(1, 1, 0).build());

        assertThat(await(one).orElseThrow().spans()).hasSize(2);
        assertThat(await(other).orElseThrow().spans()).hasSize(2);
        assertThat(unrelated.isComplete()).isFalse();
    }

    @Test
    void waitEndsAtTimeoutWithPartialTrace(Vertx vertx) {
        Duration shortly = Duration.ofMillis(10);
        add(store, span(1, 2, 1).build());

        assertThat(await(store.whenWhole(vertx, traceId(1), shortly, NEVER))
                        .orElseThrow()
                        .whole())
                .isFalse();
        assertThat(await(store.whenWhole(vertx, traceId(2), shortly, NEVER))).isEmpty();
        assertThat(store.whenWhole(vertx, traceId(2), Duration.ZERO, NEVER).isComplete())
                .isTrue();
    }

    @Test
    void abandonedWaitEndsAtOnce(Vertx vertx) {
        Promise<Void> gone = Promise.promise();
        Future<Optional<Trace>> trace = store.whenWhole(vertx, traceId(1), LONG, gone.future());

        gone.complete();

        assertThat(await(trace)).isEmpty();
        assertThat(await(store.whenWhole(vertx, traceId(2), LONG, gone.future())))
                .isEmpty();
    }

    @Test
    void waitCompletesOnCallersContext(Vertx vertx) {
        CompletableFuture<Context> completed = new CompletableFuture<>();
        Context context = vertx.getOrCreateContext();
        CompletableFuture<Void> asked = new CompletableFuture<>();
        context.runOnContext(now -> {
            store.whenWhole(vertx, traceId(1), LONG, NEVER)
                    .onComplete(trace -> completed.complete(Vertx.currentContext()));
            asked.complete(null);
        });
        asked.join();

        add(store, span(1, 1, 0).build());

        assertThat(completed.orTimeout(10, TimeUnit.SECONDS).join()).isSameAs(context);
    }

    @Test
    void manyThreadsWriteAndRead() {
        CompletableFuture.allOf(IntStream.rangeClosed(1, 4)
                        .mapToObj(thread -> CompletableFuture.runAsync(() -> {
                            for (int i = 1; i <= 2_000; i++) {
                                add(store, span(thread, i, i - 1).build());
                                assertThat(store.find(traceId(thread))
                                                .orElseThrow()
                                                .spans())
                                        .hasSize(i);
                            }
                        }))
                        .toArray(CompletableFuture<?>[]::new))
                .join();

        assertThat(store.figures().getInteger("spans")).isEqualTo(8_000);
    }

    private static void add(TraceStore store, SpanData... spans) {
        store.add(Arrays.stream(spans).map(new SdkSpans()::stored).toList());
    }

    private boolean wholeAfter(TestSpanData.Builder builder) {
        SpanData span = builder.build();
        add(store, span);
        return store.find(span.getTraceId()).orElseThrow().whole();
    }

    /** As a client reads it. */
    private JsonObject json(int traceId) {
        return new JsonObject(
                store.find(traceId(traceId)).orElseThrow().toJson().encode());
    }

    /** A span with a parent in the same process, or a root if {@code parent} is 0. */
    private static TestSpanData.Builder span(int trace, int id, int parent) {
        return span(trace, id, parent == 0 ? SpanContext.getInvalid() : context(trace, parent, false));
    }

    private static TestSpanData.Builder span(int trace, int id, SpanContext parent) {
        return TestSpanData.builder()
                .setName("span " + id)
                .setSpanContext(context(trace, id, false))
                .setParentSpanContext(parent)
                .setKind(SpanKind.INTERNAL)
                .setStatus(StatusData.unset())
                .setStartEpochNanos(START)
                .setEndEpochNanos(START + 1_000_000)
                .setResource(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "api")))
                .setHasEnded(true);
    }

    private static SpanContext context(int trace, int span, boolean remote) {
        String spanId = "%016x".formatted(span);
        return remote
                ? SpanContext.createFromRemoteParent(
                        traceId(trace), spanId, TraceFlags.getSampled(), TraceState.getDefault())
                : SpanContext.create(traceId(trace), spanId, TraceFlags.getSampled(), TraceState.getDefault());
    }

    private static String traceId(int trace) {
        return "%032x".formatted(trace);
    }
}
