package io.redistributed.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.redistributed.generate.GenerateRequest;
import io.redistributed.generate.GeneratedContent;
import io.redistributed.generate.GeneratorVerticle;
import io.redistributed.queue.Records;
import io.redistributed.queue.Report;
import io.redistributed.queue.ReportState;
import io.redistributed.testing.RedisServer;
import io.redistributed.testing.Waiting;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Attempts that wait for the only thread of their generator. */
@ExtendWith(VertxExtension.class)
class WaitingAttemptTest {

    private final Queue<String> ran = new ConcurrentLinkedQueue<>();
    private final Semaphore ends = new Semaphore(0);

    private WorkerFixture fixture;

    @BeforeEach
    void start(Vertx vertx) {
        // The next periodic heartbeat is 12 minutes away.
        fixture = new WorkerFixture(vertx, RedisServer.start(), new JsonObject().put("lease", "1h"));
        Waiting.await(vertx.deployVerticle(
                new OnOneThread(), new DeploymentOptions().setConfig(new JsonObject().put("threads", 1))));
        fixture.deployWorker(3, "0s");
    }

    @AfterEach
    void stop() {
        ends.release(100);
        fixture.close();
    }

    @Test
    void isListedAsWaitingUntilItBegins() {
        String first = fixture.submit("thread", new JsonObject());
        String second = fixture.submit("thread", new JsonObject());
        await().until(() -> isWaiting(second));
        assertThat(isWaiting(first)).isFalse();

        ends.release();

        await().until(() -> !isWaiting(second));
        assertThat(fixture.ended(first).state()).isEqualTo(ReportState.DONE);
        assertThat(fixture.find(second).state()).isEqualTo(ReportState.RUNNING);
        ends.release();
        Report done = fixture.ended(second);
        assertThat(done.state()).isEqualTo(ReportState.DONE);
        assertThat(done.attempt()).isEqualTo(1);
    }

    @Test
    void doesNotRunAfterCancellation() {
        String first = fixture.submit("thread", new JsonObject());
        String second = fixture.submit("thread", new JsonObject());
        String third = fixture.submit("thread", new JsonObject());
        await().until(() -> isWaiting(second));

        fixture.get(() -> fixture.queue.cancel(second));

        assertThat(fixture.ended(second).state()).isEqualTo(ReportState.CANCELLED);
        ends.release(2);
        assertThat(fixture.ended(third).state()).isEqualTo(ReportState.DONE);
        assertThat(ran).containsExactly(first, third);
    }

    private boolean isWaiting(String id) {
        Map<String, String> record = Records.fields(fixture.redis.cli(Records.read(id)));
        return "running".equals(record.get("state")) && record.containsKey("waiting");
    }

    /** Report type {@code thread}: each takes the thread until the test ends it. */
    private final class OnOneThread extends GeneratorVerticle {

        @Override
        protected String type() {
            return "thread";
        }

        @Override
        protected JsonObject description() {
            return new JsonObject().put("title", "Thread");
        }

        @Override
        protected Future<GeneratedContent> generate(GenerateRequest request) {
            return compute(() -> {
                ran.add(request.reportId());
                ends.acquire();
                return new GeneratedContent(Buffer.buffer("done"), "text/plain");
            });
        }
    }
}
