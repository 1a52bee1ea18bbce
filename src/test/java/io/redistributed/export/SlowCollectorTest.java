package io.redistributed.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.redistributed.testing.OtlpCollector;
import io.redistributed.testing.ReceivedSpan;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class SlowCollectorTest {

    private final OtlpCollector otlp = new OtlpCollector();
    private ExportFixture fixture;

    @AfterEach
    void close() {
        otlp.releaseAll();
        if (fixture != null) {
            fixture.close();
        }
        otlp.close();
    }

    @Test
    void limitsConcurrentBatches(Vertx vertx) {
        otlp.hold();
        fixture = deployed(vertx, JsonObject.of("batchSize", 10, "inFlight", 3));

        List<String> ids = fixture.endSpans(100);
        await().until(() -> otlp.held() == 3);
        await().until(() -> fixture.figures(0).getLong("queued") == 100);
        assertThat(fixture.figures(0).getLong("inFlight")).isBetween(3L, 30L);
        for (int i = 0; otlp.spans().size() < 100; i++) {
            int before = otlp.requests();
            assertThat(otlp.held()).as("round %d", i).isLessThanOrEqualTo(3);
            otlp.release();
            await().until(() -> otlp.requests() > before || otlp.spans().size() == 100);
        }
        otlp.releaseAll();

        await().until(() -> fixture.figures(0).getLong("exported") == 100);
        assertThat(otlp.spans()).extracting(ReceivedSpan::spanId).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(otlp.sizes()).isNotEmpty().allSatisfy(size -> assertThat(size)
                .isBetween(1, 10));
        assertThat(fixture.figures(0).getLong("failures")).isZero();
    }

    @Test
    void limitsExportToBatch(Vertx vertx) {
        otlp.hold();
        fixture = deployed(vertx, JsonObject.of("batchSize", 7, "inFlight", 1));
        fixture.endSpans(1);
        await().until(() -> otlp.held() == 1);
        fixture.endSpans(70);
        await().until(() -> fixture.figures(0).getLong("queued") == 71
                && fixture.pipeline.figures().getLong("queued") == 0);

        otlp.releaseAll();

        await().until(() -> otlp.spans().size() == 71);
        assertThat(otlp.sizes()).startsWith(1).hasSize(11);
        assertThat(otlp.sizes().subList(1, 11)).containsOnly(7);
    }

    @Test
    void smallBatchIsSentAfterDelay(Vertx vertx) {
        fixture = deployed(vertx, JsonObject.of("batchSize", 1_000, "delay", "50ms"));

        fixture.endSpans(3);

        await().until(() -> otlp.spans().size() == 3);
        assertThat(otlp.sizes()).isNotEmpty().doesNotContain(0);
    }

    private ExportFixture deployed(Vertx vertx, JsonObject config) {
        return ExportFixture.with(
                vertx,
                config.put("exporters", JsonArray.of(JsonObject.of("type", "otlp", "endpoint", otlp.endpoint()))));
    }
}
