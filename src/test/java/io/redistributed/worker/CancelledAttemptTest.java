package io.redistributed.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.redistributed.queue.Cancellation;
import io.redistributed.queue.NewReport;
import io.redistributed.queue.Records;
import io.redistributed.queue.Report;
import io.redistributed.queue.ReportState;
import io.redistributed.testing.RedisServer;
import io.redistributed.worker.HeldGenerator.Held;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Cancellations and timeouts with real workers. */
@ExtendWith(VertxExtension.class)
class CancelledAttemptTest {

    @Test
    void hintStopsAttemptAtOnce(Vertx vertx) throws InterruptedException {
        // The next periodic heartbeat is 12 minutes away.
        try (WorkerFixture fixture =
                new WorkerFixture(vertx, RedisServer.start(), new JsonObject().put("lease", "1h"))) {
            fixture.deployWorker(1, "0s");
            String id = fixture.submitTraced();
            Held held = fixture.held.next();
            String next = fixture.submitHeld();

            assertThat(fixture.get(() -> fixture.queue.cancel(id))).isEqualTo(Cancellation.CANCELLING);

            assertThat(fixture.ended(id).state()).isEqualTo(ReportState.CANCELLED);
            assertNoLongerWanted(held);
            Held after = fixture.held.next();
            assertThat(after.request().reportId()).isEqualTo(next);
            held.done();
            after.done();
            assertThat(fixture.ended(next).state()).isEqualTo(ReportState.DONE);
            assertThat(fixture.find(id).state()).isEqualTo(ReportState.CANCELLED);

            await().until(() -> fixture.spans("process reports").size() == 2);
            assertThat(fixture.spans("process reports"))
                    .isNotEmpty()
                    .allSatisfy(
                            span -> assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET))
                    .extracting(SpanData::getEvents)
                    .extracting(
                            events -> events.stream().map(EventData::getName).toList())
                    .containsExactly(List.of("cancelled"), List.of());
        }
    }

    @Test
    void heartbeatStopsAttemptWithoutHint(Vertx vertx) throws InterruptedException {
        try (WorkerFixture fixture = WorkerFixture.quick(vertx, RedisServer.start())) {
            fixture.deployWorker(1, "0s");
            String id = fixture.submitHeld();
            Held held = fixture.held.next();

            // Like cancel.lua, but without the hint.
            fixture.redis.cli(Records.set(id, "cancelled", "1"));

            assertThat(fixture.ended(id).state()).isEqualTo(ReportState.CANCELLED);
            assertNoLongerWanted(held);
        }
    }

    @Test
    void forgedHintStopsNothing(Vertx vertx) throws InterruptedException {
        try (WorkerFixture fixture =
                new WorkerFixture(vertx, RedisServer.start(), new JsonObject().put("lease", "1h"))) {
            fixture.deployWorker(1, "0s");
            String control = fixture.workerChannel().replace(":worker:", ":control:");
            String id = fixture.submitHeld();
            Held held = fixture.held.next();
            String beaten = lastHeartbeat(fixture, control);

            for (String hint : List.of("", "garbage", "{}", id, id + "#2", "0-unknown#1", id + "#1")) {
                assertThat(fixture.redis.cli("PUBLISH", control, hint)).isEqualTo(1L);
            }

            await().until(() -> !lastHeartbeat(fixture, control).equals(beaten));
            held.request().progress().accept(0.5);
            held.done();
            assertThat(fixture.ended(id).state()).isEqualTo(ReportState.DONE);
        }
    }

    @Test
    void generatorStopsAtNextProgress(Vertx vertx) {
        try (WorkerFixture fixture = WorkerFixture.quick(vertx, RedisServer.start())) {
            fixture.deployWorker(1, "0s");
            String id = fixture.submit("simulated", new JsonObject().put("duration", "60m"));
            await().until(() -> fixture.find(id).progress() != null);

            fixture.get(() -> fixture.queue.cancel(id));

            assertThat(fixture.ended(id).state()).isEqualTo(ReportState.CANCELLED);
            await().until(() -> fixture.spans("generate simulated").size() == 1);
            assertThat(fixture.spans("generate simulated")
                            .get(0)
                            .getAttributes()
                            .get(AttributeKey.stringKey("error.type")))
                    .isEqualTo("cancelled");
        }
    }

    @Test
    @Tag("slow")
    void attemptFailsAtTimeout(Vertx vertx) throws InterruptedException {
        try (WorkerFixture fixture = new WorkerFixture(
                vertx,
                RedisServer.start(),
                new JsonObject()
                        .put("lease", "10s")
                        .put("maxAttempts", 2)
                        .put("maxCrashes", 1)
                        .put("backoff", "1ms"))) {
            fixture.deployWorker(1, "0s");
            NewReport report = new NewReport("held", new JsonObject(), Buffer.buffer(), Duration.ofMillis(100), 0);
            String id = fixture.get(() -> fixture.queue.submit(report)).id();
            Held first = fixture.held.next();
            Held second = fixture.held.next();

            Report failed = fixture.ended(id);

            assertThat(failed.state()).isEqualTo(ReportState.FAILED);
            assertThat(failed.errors()).containsOnlyKeys(1, 2);
            assertThat(failed.errors().values())
                    .isNotEmpty()
                    .allMatch(error -> error.contains("timed out after 100 ms"));
            assertNoLongerWanted(first);
            assertNoLongerWanted(second);
        }
    }

    private static String lastHeartbeat(WorkerFixture fixture, String control) {
        return (String)
                fixture.redis.cli("ZSCORE", "{rd:0}:heartbeats", control.substring(control.lastIndexOf(':') + 1));
    }

    private static void assertNoLongerWanted(Held held) {
        await().until(() -> {
            try {
                held.request().progress().accept(0.5);
                return false;
            } catch (CancellationException cancelled) {
                return true;
            }
        });
    }
}
