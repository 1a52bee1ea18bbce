package io.redistributed.worker;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.redistributed.LogCapture;
import io.redistributed.queue.Report;
import io.redistributed.queue.ReportState;
import io.redistributed.testing.RedisServer;
import io.redistributed.worker.HeldGenerator.Held;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every accepted report ends despite faults of Redis or the network. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class WorkerOutageTest {

    private static final int REPORTS = 60;

    private WorkerFixture fixture;

    @BeforeEach
    void start(Vertx vertx) {
        fixture = WorkerFixture.quick(vertx, RedisServer.start());
        fixture.deployWorker(8, "0s");
        fixture.deployWorker(8, "0s");
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void cutConnectionsLoseNothing() {
        List<Future<Optional<Report>>> waiting = new ArrayList<>();
        for (int i = 0; i < REPORTS; i++) {
            waiting.add(fixture.waitFor(simulated("40ms")));
            if (i % 15 == 7) {
                fixture.redis.cli("CLIENT", "KILL", "TYPE", "pubsub");
                fixture.redis.cli("CLIENT", "KILL", "TYPE", "normal");
            }
        }
        assertAllDone(waiting);
    }

    @Test
    void keepsResultUntilRedisIsAvailable() throws InterruptedException {
        String id = fixture.submitHeld();
        Held held = fixture.held.next();

        fixture.redis.cli("CLIENT", "KILL", "TYPE", "normal");
        held.done();

        Report done = fixture.ended(id);
        assertThat(done.state()).isEqualTo(ReportState.DONE);
        assertThat(done.attempt()).isEqualTo(1);
    }

    @Test
    void restartedRedisLosesNothing() {
        List<Future<Optional<Report>>> waiting = new ArrayList<>();
        for (int i = 0; i < REPORTS; i++) {
            waiting.add(fixture.waitFor(simulated("100ms")));
        }
        await().until(() -> waiting.stream().anyMatch(Future::isComplete));

        fixture.redis.kill();
        await().until(() -> !fixture.queue.isConnected());
        fixture.redis.restart();
        await().until(() -> fixture.queue.isConnected());
        waiting.add(fixture.waitFor(simulated("0s")));

        assertAllDone(waiting);
    }

    @Test
    void hangingRedisLosesNothing() {
        List<Future<Optional<Report>>> waiting = new ArrayList<>();
        for (int i = 0; i < REPORTS; i++) {
            waiting.add(fixture.waitFor(simulated("100ms")));
        }
        await().until(() -> waiting.stream().anyMatch(Future::isComplete));

        fixture.redis.pause();
        await().until(() -> !fixture.queue.isConnected());
        fixture.redis.resume();

        assertAllDone(waiting);
    }

    @Test
    void reportsThatRedisLostAreNamed() throws InterruptedException {
        try (LogCapture log = new LogCapture()) {
            String id = fixture.submitHeld();
            Held held = fixture.held.next();

            fixture.redis.cli("FLUSHALL");

            await().until(() -> log.complaints().stream()
                    .anyMatch(line -> line.contains("[ERROR]")
                            && line.contains("Attempts [" + id + "#1]")
                            && line.contains("no longer in Redis")));
            held.done();
            assertThat(log.complaints()).noneMatch(line -> line.contains("another worker retries"));
        }
    }

    private String simulated(String duration) {
        return fixture.submit("simulated", new JsonObject().put("duration", duration));
    }

    private static void assertAllDone(List<Future<Optional<Report>>> waiting) {
        assertThat(waiting).isNotEmpty();
        for (Future<Optional<Report>> one : waiting) {
            assertThat(await(one).orElseThrow().state()).isEqualTo(ReportState.DONE);
        }
    }
}
