package io.redistributed.worker;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.redistributed.queue.Records;
import io.redistributed.queue.Report;
import io.redistributed.queue.ReportState;
import io.redistributed.testing.RedisCli;
import io.redistributed.testing.RedisServer;
import io.redistributed.worker.HeldGenerator.Held;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class WorkerVerticleTest {

    private WorkerFixture fixture;

    @BeforeEach
    void start(Vertx vertx) {
        fixture = WorkerFixture.quick(vertx, RedisServer.start());
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void rejectsInvalidAndRepeatedMessages() throws IOException, InterruptedException {
        fixture.deployWorker(4, "10s");
        String channel = fixture.workerChannel();
        try (RedisCli spy = new RedisCli(fixture.redis.port())) {
            spy.call("SUBSCRIBE", channel);
            String id = fixture.submitTraced();
            String message = (String) ((List<?>) spy.read()).get(2);
            String replay = message.substring(message.indexOf("{\"id\""));
            Held held = fixture.held.next();
            List<String> garbage = List.of(
                    "",
                    "garbage",
                    "null",
                    "[]",
                    "42",
                    "{}",
                    "{\"order\":17}",
                    "{\"sequence\":1,\"attempt\":1,\"id\":\"0-forged\",\"type\":\"held\",\"parameters\":{}}",
                    "{\"sequence\":1,\"attempt\":0,\"id\":\"a\",\"type\":\"held\",\"parameters\":{}}",
                    "{\"sequence\":1,\"attempt\":\"x\",\"id\":\"a\",\"type\":\"held\",\"parameters\":{}}",
                    "{\"sequence\":1,\"attempt\":1,\"id\":\"a\",\"type\":\"held\",\"parameters\":[]}",
                    "{\"sequence\":1,\"attempt\":1,\"id\":\"a\",\"type\":\"held\",\"parameters\":{},\"previous\":{}}",
                    "{\"sequence\":1,\"attempt\":1,\"id\":\"a\",\"type\":\"held\",\"parameters\":{},\"input\":\"yes\"}",
                    "[".repeat(100_000),
                    replay);
            garbage.forEach(body -> fixture.redis.cli("PUBLISH", channel, body));
            held.done();
            assertThat(fixture.ended(id).state()).isEqualTo(ReportState.DONE);
            fixture.redis.cli("PUBLISH", channel, replay);

            // Messages of one channel start in their order, so this one comes after them all.
            String last = fixture.submitHeld();
            Held next = fixture.held.next();
            assertThat(next.request().reportId()).isEqualTo(last);
            assertThat(fixture.held.isIdle()).isTrue();
            next.done();
            fixture.ended(last);

            await().until(() -> fixture.spans("process reports").size() == garbage.size() + 3);
            assertThat(fixture.spans("process reports"))
                    .filteredOn(span -> span.getStatus().getStatusCode() == StatusCode.ERROR)
                    .hasSize(garbage.size() + 1);
            // In every heartbeat, for operators: the replay twice, the forged one, and the rest.
            await().untilAsserted(() -> assertThat(fixture.get(fixture.queue::workers))
                    .singleElement()
                    .extracting(worker -> worker.information().getJsonObject("refused"))
                    .isEqualTo(new JsonObject()
                            .put("malformed", garbage.size() - 2)
                            .put("forged", 1)
                            .put("replayed", 2)));
        }
    }

    @Test
    void exhaustedMemoryCountsAsCrash() throws InterruptedException {
        fixture.deployWorker(4, "10s");
        String id = fixture.submitTraced();
        fixture.held.next().answer().fail(new OutOfMemoryError("Java heap space"));
        fixture.held.next().done();

        Report report = fixture.ended(id);
        assertThat(report.errors())
                .containsExactly(Map.entry(1, "generator 'held' crashed: java.lang.OutOfMemoryError: Java heap space"));
        assertThat(Records.fields(fixture.redis.cli(Records.read(id))))
                .containsEntry("crashes", "1")
                .doesNotContainKey("failures");
    }

    @Test
    void attemptsAreLinkedConsumerSpans() throws InterruptedException {
        fixture.deployWorker(4, "10s");
        String id = fixture.submitTraced();
        fixture.held.next().fail("no luck");
        fixture.held.next().done();

        Report report = fixture.ended(id);
        assertThat(report.state()).isEqualTo(ReportState.DONE);
        assertThat(report.errors()).containsOnlyKeys(1);
        await().until(() -> fixture.spans("process reports").size() == 2);
        SpanData request = fixture.spans("request").get(0);
        SpanData publish = fixture.spans("publish reports").get(0);
        List<SpanData> attempts = fixture.spans("process reports").stream()
                .sorted(Comparator.comparing(SpanData::getStartEpochNanos))
                .toList();
        assertThat(report.traceId()).isEqualTo(request.getTraceId());
        assertThat(publish.getParentSpanId()).isEqualTo(request.getSpanId());
        assertThat(attempts).isNotEmpty().allSatisfy(attempt -> {
            assertThat(attempt.getKind()).isEqualTo(SpanKind.CONSUMER);
            assertThat(attempt.getTraceId()).isEqualTo(request.getTraceId());
            assertThat(attempt.getParentSpanId()).isEqualTo(publish.getSpanId());
            assertThat(attempt.getAttributes().get(AttributeKey.stringKey("redistributed.report.id")))
                    .isEqualTo(id);
        });
        assertThat(attempts.get(0).getLinks()).isEmpty();
        assertThat(attempts.get(0).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(attempts.get(1).getLinks())
                .extracting(LinkData::getSpanContext)
                .extracting(linked -> linked.getTraceId() + "-" + linked.getSpanId())
                .containsExactly(request.getTraceId() + "-" + attempts.get(0).getSpanId());
        assertThat(attempts)
                .extracting(attempt -> attempt.getAttributes().get(AttributeKey.longKey("redistributed.attempt")))
                .containsExactly(1L, 2L);
    }

    @Test
    void nextReportHasTraceOfItsRequest() throws InterruptedException {
        fixture.deployWorker(1, "10s");
        String first = fixture.submitTraced();
        Held held = fixture.held.next();
        String second = fixture.submitTraced();
        held.done();
        fixture.held.next().done();

        assertThat(fixture.ended(first).traceId())
                .isNotEqualTo(fixture.ended(second).traceId());
        await().until(() -> fixture.spans("process reports").size() == 2);
        assertThat(fixture.spans("process reports"))
                .extracting(SpanData::getTraceId)
                .containsExactlyInAnyOrder(
                        fixture.find(first).traceId(), fixture.find(second).traceId());
    }

    @Test
    void stopWaitsForRunningReports() throws InterruptedException {
        String worker = fixture.deployWorker(1, "1m");
        String id = fixture.submitHeld();
        Held held = fixture.held.next();
        String waits = fixture.submitHeld();

        Future<Void> stopped = fixture.vertx.undeploy(worker);
        await().until(() -> ((List<?>) fixture.redis.cli("PUBSUB", "CHANNELS", "{rd:0}:worker:*")).isEmpty());
        assertThat(stopped.isComplete()).isFalse();
        held.done();
        await(stopped);

        assertThat(fixture.find(id).state()).isEqualTo(ReportState.DONE);
        assertThat(fixture.find(waits).state()).isEqualTo(ReportState.QUEUED);
        assertNoWorkerIsKnown();
        fixture.deployWorker(1, "0s");
        fixture.held.next().done();
        assertThat(fixture.ended(waits).attempt()).isEqualTo(1);
    }

    @Test
    void stopReturnsUnfinishedReports() throws InterruptedException {
        String worker = fixture.deployWorker(2, "0s");
        String id = fixture.submitHeld();
        fixture.held.next();

        await(fixture.vertx.undeploy(worker));

        Report back = fixture.find(id);
        assertThat(back.state()).isEqualTo(ReportState.QUEUED);
        assertThat(back.errors()).isEmpty();
        assertThat(Records.fields(fixture.redis.cli(Records.read(id)))).doesNotContainKey("crashes");
        assertNoWorkerIsKnown();
        fixture.deployWorker(2, "0s");
        fixture.held.next().done();
        assertThat(fixture.ended(id).attempt()).isEqualTo(2);
    }

    @Test
    void stopReturnsReportsAfterOutage(Vertx vertx) throws InterruptedException {
        fixture.close();
        fixture = new WorkerFixture(vertx, RedisServer.start(), new JsonObject().put("lease", "10s"));
        String worker = fixture.deployWorker(2, "0s");
        String id = fixture.submitHeld();
        fixture.held.next();
        fixture.redis.kill();
        await().until(() -> !fixture.queue.isConnected());

        Future<Void> stopped = fixture.vertx.undeploy(worker);
        fixture.redis.restart();

        await(stopped);
        await().until(fixture.queue::isConnected);
        assertThat(fixture.find(id).state()).isEqualTo(ReportState.QUEUED);
        assertThat(Records.fields(fixture.redis.cli(Records.read(id)))).doesNotContainKey("crashes");
    }

    @Test
    void slowReportIsRetriedAndFails(Vertx vertx) throws InterruptedException {
        fixture.close();
        fixture = new WorkerFixture(
                vertx,
                RedisServer.start(),
                new JsonObject()
                        .put("lease", "1s")
                        .put("timeout", "500ms")
                        .put("maxAttempts", 2)
                        .put("backoff", "10ms"));
        fixture.deployWorker(1, "0s");
        String id = fixture.submitHeld();
        fixture.held.next();
        fixture.held.next();

        assertThat(fixture.ended(id).state()).isEqualTo(ReportState.FAILED);
        assertThat(fixture.ended(id).errors()).containsOnlyKeys(1, 2);
    }

    @Test
    void failedStartLeavesNoConnections(Vertx vertx) {
        fixture.close();
        fixture = WorkerFixture.quick(vertx, RedisServer.start("rename-command EVALSHA \"\""));
        long before = connections(fixture);
        assertThatThrownBy(() -> fixture.deployWorker(1, "0s")).hasMessageContaining("unknown command");
        await().until(() -> connections(fixture) == before);
    }

    @Test
    void reportWaitsForGenerator() throws InterruptedException {
        fixture.deployWorker(2, "10s");
        fixture.undeployHeld();
        String id = fixture.submitHeld();
        String other = fixture.submit("simulated", new JsonObject());
        assertThat(fixture.ended(other).state()).isEqualTo(ReportState.DONE);
        await().until(() -> fixture.get(fixture.queue::types).get("held").workers() == 0);
        assertThat(fixture.find(id).state()).isEqualTo(ReportState.QUEUED);

        fixture.deployHeld();
        fixture.held.next().done();
        Report report = fixture.ended(id);
        assertThat(report.state()).isEqualTo(ReportState.DONE);
        assertThat(report.errors()).isEmpty();
    }

    @Test
    void replacedGeneratorIsAnnouncedAgain() {
        fixture.deployWorker(2, "10s");
        fixture.undeployHeld();
        fixture.held.description = new JsonObject().put("title", "Held better");
        fixture.deployHeld();
        await().until(() ->
                fixture.get(fixture.queue::types).get("held").description().contains("Held better"));
    }

    @Test
    void announcesAgainAfterDataLoss() {
        fixture.deployWorker(3, "0s");
        assertThat(fixture.get(fixture.queue::types)).containsKeys("held", "simulated");

        fixture.redis.cli("FLUSHALL");
        fixture.redis.cli("CLIENT", "KILL", "TYPE", "pubsub");

        await().until(() -> fixture.get(fixture.queue::types).containsKey("held"));
        String id = fixture.submit("simulated", new JsonObject());
        assertThat(fixture.ended(id).state()).isEqualTo(ReportState.DONE);
    }

    private void assertNoWorkerIsKnown() {
        assertThat(fixture.redis.cli("EXISTS", "{rd:0}:heartbeats")).isEqualTo(0L);
        assertThat((List<?>) fixture.redis.cli("KEYS", "{rd:0}:worker:*")).isEmpty();
    }

    private static long connections(WorkerFixture fixture) {
        return fixture.redis.cli("CLIENT", "LIST").toString().lines().count();
    }
}
