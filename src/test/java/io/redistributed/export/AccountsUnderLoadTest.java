package io.redistributed.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.redistributed.testing.GrpcCollector;
import io.redistributed.testing.JaegerCollector;
import io.redistributed.testing.OtlpCollector;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Threads end spans faster than they can be exported, to exporters each of which goes through something else, while
 * another thread looks at the books as often as it can.
 */
@ExtendWith(VertxExtension.class)
class AccountsUnderLoadTest {

    private static final int THREADS = 3;
    private static final int QUEUE = 1_024;
    private static final int BATCH = 100;
    private static final int BUFFER = 2_000;
    private static final int IN_FLIGHT = 4;

    private static final int STEADY = 0;
    private static final int REJECTING = 1;
    private static final int HANGING = 2;
    private static final int MENDING = 3;
    private static final int STORE = 4;

    /** A span whose end() has not returned may or may not have ended. */
    private final AtomicLong begun = new AtomicLong();

    private final AtomicLong ended = new AtomicLong();
    private final AtomicLong looks = new AtomicLong();
    private final AtomicBoolean enough = new AtomicBoolean();
    private final AtomicBoolean settled = new AtomicBoolean();

    @Test
    @Tag("slow")
    void endedIsAlwaysExportedDroppedAndQueued(Vertx vertx) {
        try (JaegerCollector steady = new JaegerCollector();
                OtlpCollector rejecting = new OtlpCollector();
                OtlpCollector hanging = new OtlpCollector();
                OtlpCollector mending = new OtlpCollector()) {
            AtomicLong atSteady = counting(steady);
            AtomicLong atMending = counting(mending);
            counting(rejecting);
            hanging.hang();
            try (ExportFixture fixture = new ExportFixture(vertx, new SpanQueue(QUEUE))) {
                fixture.deploy(config(steady, rejecting, hanging, mending));
                CompletableFuture<Void> sampler = CompletableFuture.runAsync(() -> sample(fixture));
                CompletableFuture<Void> load = CompletableFuture.allOf(
                        CompletableFuture.runAsync(() -> alternate(rejecting, Status.INVALID_ARGUMENT)),
                        CompletableFuture.runAsync(() -> alternate(mending, Status.UNAVAILABLE)),
                        CompletableFuture.allOf(IntStream.range(0, THREADS)
                                .mapToObj(i -> CompletableFuture.runAsync(() -> produce(fixture)))
                                .toArray(CompletableFuture<?>[]::new)));

                await().atMost(Duration.ofSeconds(60))
                        .until(() -> sampler.isDone() || looks.get() > 1_000 && everythingHasHappened(fixture));
                enough.set(true);
                load.join();
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> sampler.isDone()
                                || IntStream.of(STEADY, REJECTING, MENDING, STORE)
                                        .allMatch(i -> fixture.figures(i).getLong("queued") == 0));
                fixture.undeploy();
                settled.set(true);
                sampler.join();

                assertSettled(fixture);
                assertThat(fixture.dropped(HANGING, "shutdown")).isPositive();
                assertThat(fixture.figures(STEADY).getLong("exported")).isEqualTo(atSteady.get());
                // Requests with a late response have arrived, and may have been repeated.
                assertThat(fixture.figures(MENDING).getLong("exported")).isLessThanOrEqualTo(atMending.get());
            }
        }
    }

    private static JsonObject config(
            GrpcCollector steady, GrpcCollector rejecting, GrpcCollector hanging, GrpcCollector mending) {
        return JsonObject.of("batchSize", BATCH, "buffer", BUFFER, "inFlight", IN_FLIGHT, "delay", "5ms")
                .put("retryFor", "500ms")
                .put("flushTimeout", "500ms")
                .put(
                        "exporters",
                        JsonArray.of(
                                to("jaeger", steady, "20s"),
                                to("otlp", rejecting, "20s"),
                                to("otlp", hanging, "300ms"),
                                to("otlp", mending, "20s"),
                                "store"));
    }

    private static boolean everythingHasHappened(ExportFixture fixture) {
        return fixture.dropped(STEADY, "queue_full") > 0
                && fixture.figures(STEADY).getLong("exported") > 5_000
                && fixture.figures(REJECTING).getLong("exported") > 0
                && fixture.dropped(REJECTING, "rejected") > 0
                && fixture.dropped(HANGING, "buffer_full") > 0
                && fixture.dropped(HANGING, "retries_exhausted") > 0
                && fixture.figures(MENDING).getLong("failures") > 0
                && fixture.figures(MENDING).getLong("exported") > 0;
    }

    private void produce(ExportFixture fixture) {
        while (!enough.get()) {
            begun.incrementAndGet();
            fixture.endSpans(1);
            ended.incrementAndGet();
        }
    }

    /** Refuses a few, takes a few. */
    private void alternate(GrpcCollector collector, Status status) {
        while (!enough.get()) {
            collector.refuse(status);
            awaitRequests(collector, 3);
            collector.accept();
            awaitRequests(collector, 3);
        }
    }

    private void awaitRequests(GrpcCollector collector, int more) {
        int before = collector.requests();
        await().until(() -> enough.get() || collector.requests() >= before + more);
    }

    private void sample(ExportFixture fixture) {
        List<JsonObject> before = new ArrayList<>();
        while (!settled.get()) {
            long endedForSure = ended.get();
            JsonObject now = fixture.pipeline.figures();
            long endedAtMost = begun.get();
            assertThat(now.getLong("ended")).isBetween(endedForSure, endedAtMost);
            List<JsonObject> exporters = now.getJsonArray("exporters").stream()
                    .map(JsonObject.class::cast)
                    .toList();
            assertThat(exporters).isNotEmpty();
            exporters.forEach(exporter -> assertBalanced(now, exporter));
            for (int i = 0; i < before.size(); i++) {
                assertGrown(before.get(i), exporters.get(i));
            }
            before = exporters;
            fixture.pipeline.snapshot().exporters().values().forEach(AccountsUnderLoadTest::assertBounded);
            looks.incrementAndGet();
        }
    }

    private static void assertBalanced(JsonObject now, JsonObject exporter) {
        long exported = exporter.getLong("exported");
        long queued = exporter.getLong("queued");
        assertThat(exported + lost(exporter) + queued).as(exporter::encode).isEqualTo(now.getLong("ended"));
        assertThat(queued).isNotNegative();
    }

    private static void assertBounded(ExporterFigures.Snapshot now) {
        assertThat(now.exported() + now.lost() + now.buffered() + now.inFlight())
                .isEqualTo(now.offered());
        assertThat(now.buffered()).isBetween(0L, (long) BUFFER);
        // A batch of two services is two exports to Jaeger.
        assertThat(now.inFlight()).isBetween(0L, (IN_FLIGHT + 1L) * BATCH);
    }

    private static void assertGrown(JsonObject before, JsonObject now) {
        assertThat(now.getLong("exported")).isGreaterThanOrEqualTo(before.getLong("exported"));
        assertThat(now.getLong("failures")).isGreaterThanOrEqualTo(before.getLong("failures"));
        before.getJsonObject("dropped")
                .forEach(reason -> assertThat(now.getJsonObject("dropped").getLong(reason.getKey()))
                        .as(reason.getKey())
                        .isGreaterThanOrEqualTo((Long) reason.getValue()));
    }

    private void assertSettled(ExportFixture fixture) {
        assertThat(fixture.pipeline.figures().getLong("ended")).isEqualTo(ended.get());
        for (int i = STEADY; i <= STORE; i++) {
            JsonObject exporter = fixture.figures(i);
            assertThat(exporter.getLong("queued")).isZero();
            assertThat(exporter.getLong("inFlight")).isZero();
            assertThat(exporter.getLong("exported") + lost(exporter)).isEqualTo(ended.get());
        }
    }

    private static AtomicLong counting(GrpcCollector collector) {
        AtomicLong spans = new AtomicLong();
        collector.passOn(span -> spans.incrementAndGet());
        return spans;
    }

    private static long lost(JsonObject exporter) {
        return exporter.getJsonObject("dropped").stream()
                .mapToLong(reason -> (Long) reason.getValue())
                .sum();
    }

    private static JsonObject to(String type, GrpcCollector collector, String timeout) {
        return JsonObject.of("type", type, "endpoint", collector.endpoint(), "timeout", timeout);
    }
}
