package io.redistributed.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.redistributed.generate.GeneratedContent;
import io.redistributed.queue.Report;
import io.redistributed.queue.ReportState;
import io.redistributed.testing.RedisServer;
import io.redistributed.worker.HeldGenerator.Held;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Outcomes that Redis answers with an error that a repetition would get too. */
@ExtendWith(VertxExtension.class)
class UnstorableOutcomeTest {

    private static final int MORE_THAN_REDIS_TAKES = 3 << 20;

    private WorkerFixture fixture;

    @BeforeEach
    void start(Vertx vertx) {
        fixture = new WorkerFixture(vertx, RedisServer.start(), new JsonObject().put("lease", "1h"));
        fixture.redis.cli("CONFIG", "SET", "proto-max-bulk-len", "1mb");
        fixture.deployWorker(1, "0s");
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void longResultFailsTheReportWithTheErrorOfRedis() throws InterruptedException {
        String id = fixture.submitHeld();

        fixture.held
                .next()
                .answer()
                .complete(new GeneratedContent(Buffer.buffer(new byte[MORE_THAN_REDIS_TAKES]), "text/plain"));

        Report failed = fixture.ended(id);
        assertThat(failed.state()).isEqualTo(ReportState.FAILED);
        assertThat(failed.attempt()).isEqualTo(1);
        assertThat(failed.error())
                .startsWith("the result cannot be stored in Redis: ")
                .contains("invalid bulk length");
        String next = fixture.submitHeld();
        fixture.held.next().done();
        assertThat(fixture.ended(next).state()).isEqualTo(ReportState.DONE);
    }

    @Test
    void otherOutcomeKeepsTheLease() throws InterruptedException {
        String id = fixture.submitHeld();
        Held held = fixture.held.next();
        String worker = fixture.find(id).worker();

        held.fail("x".repeat(MORE_THAN_REDIS_TAKES));

        // Redis closes the connection after its error.
        await().until(() -> !"0".equals(errors()));
        String before = lastHeartbeat(worker);
        await().until(() -> {
            // Has the worker send a heartbeat if it still lists the attempt.
            fixture.redis.cli("PUBLISH", "{rd:0}:control:" + worker, id + "#1");
            return !lastHeartbeat(worker).equals(before);
        });
        assertThat(fixture.find(id).state()).isEqualTo(ReportState.RUNNING);
        assertThat(fixture.find(id).attempt()).isEqualTo(1);
        assertThat(fixture.held.isIdle()).isTrue();
    }

    private String errors() {
        String statistics = (String) fixture.redis.cli("INFO", "stats");
        return statistics.replaceAll("(?s).*total_error_replies:(\\d+).*", "$1");
    }

    private String lastHeartbeat(String worker) {
        return (String) fixture.redis.cli("ZSCORE", "{rd:0}:heartbeats", worker);
    }
}
