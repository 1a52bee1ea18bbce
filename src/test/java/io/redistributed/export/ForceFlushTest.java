package io.redistributed.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.redistributed.testing.OtlpCollector;
import io.redistributed.testing.ReceivedSpan;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code SdkTracerProvider.forceFlush()}. */
@ExtendWith(VertxExtension.class)
class ForceFlushTest {

    private final OtlpCollector otlp = new OtlpCollector();
    private ExportFixture fixture;

    @AfterEach
    void close() {
        otlp.accept();
        otlp.releaseAll();
        if (fixture != null) {
            fixture.close();
        }
        otlp.close();
    }

    @Test
    void waitsForEndedSpans(Vertx vertx) {
        otlp.hold();
        fixture = deployed(vertx, JsonObject.of("delay", "1h", "batchSize", 1_000));
        List<String> ids = fixture.endSpans(50);

        CompletableResultCode flush = fixture.forceFlush();
        await().until(() -> otlp.held() == 1);
        assertThat(flush.isDone()).isFalse();
        otlp.releaseAll();

        assertThat(flush.join(20, TimeUnit.SECONDS).isSuccess()).isTrue();
        assertThat(otlp.spans()).extracting(ReceivedSpan::spanId).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(fixture.figures(0).getLong("exported")).isEqualTo(50);
    }

    @Test
    void doesNotWaitForLaterSpans(Vertx vertx) {
        fixture = deployed(vertx, JsonObject.of("delay", "10ms", "batchSize", 10, "flushTimeout", "20s"));
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Void> load = CompletableFuture.runAsync(() -> {
            while (!enough.get()) {
                // Keeps spans in flight, few enough that none is dropped.
                if (fixture.figures(0).getLong("queued") < 500) {
                    fixture.endSpans(1);
                }
            }
        });
        try {
            List<String> ids = fixture.endSpans(100);

            assertThat(fixture.forceFlush().join(20, TimeUnit.SECONDS).isSuccess())
                    .isTrue();
            assertThat(otlp.spans()).extracting(ReceivedSpan::spanId).containsAll(ids);
        } finally {
            enough.set(true);
            load.join();
        }
    }

    @Test
    void failsWithinTimeoutIfCollectorHangs(Vertx vertx) {
        otlp.hang();
        fixture = deployed(vertx, JsonObject.of("flushTimeout", "100ms"));
        fixture.endSpans(10);

        CompletableResultCode flush = fixture.forceFlush().join(20, TimeUnit.SECONDS);

        assertThat(flush.isDone()).isTrue();
        assertThat(flush.isSuccess()).isFalse();
        assertThat(fixture.figures(0).getLong("queued")).isEqualTo(10);
    }

    @Test
    void doesNotWaitForDroppedSpans(Vertx vertx) {
        fixture = deployed(vertx, JsonObject.of("delay", "1h"));
        otlp.refuse(Status.UNAUTHENTICATED);
        fixture.endSpans(10);

        assertThat(fixture.forceFlush().join(20, TimeUnit.SECONDS).isSuccess()).isTrue();
        assertThat(fixture.dropped(0, "rejected")).isEqualTo(10);
    }

    @Test
    void doesNotWaitWithoutVerticle(Vertx vertx) {
        fixture = new ExportFixture(vertx, new SpanQueue(SpanQueue.DEFAULT_CAPACITY));
        fixture.endSpans(10);
        assertThat(fixture.forceFlush().isSuccess()).isTrue();

        fixture.deploy(new JsonObject());
        fixture.undeploy();
        fixture.endSpans(10);
        assertThat(fixture.forceFlush().isSuccess()).isTrue();
    }

    private ExportFixture deployed(Vertx vertx, JsonObject config) {
        return ExportFixture.with(
                vertx,
                config.put("exporters", JsonArray.of(JsonObject.of("type", "otlp", "endpoint", otlp.endpoint()))));
    }
}
