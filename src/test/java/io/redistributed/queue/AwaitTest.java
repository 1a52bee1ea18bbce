package io.redistributed.queue;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.redistributed.redis.RedisUnavailableException;
import io.redistributed.testing.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Waits for reports to end. A wait of minutes would fail the test by its timeout. */
@ExtendWith(VertxExtension.class)
class AwaitTest {

    private static final AttemptOutcome DONE = AttemptOutcome.done(Buffer.buffer("result"), "text/plain");
    private static final Duration LONG = Duration.ofMinutes(10);

    private QueueFixture queue;
    private FakeWorker worker;

    @BeforeEach
    void start(Vertx vertx) throws IOException {
        queue = new QueueFixture(vertx, RedisServer.start(), QueueFixture.RULES);
        worker = queue.worker("w");
    }

    @AfterEach
    void stop() throws IOException {
        queue.close();
    }

    @Test
    void endedOrUnknownReportIsReturnedAtOnce() {
        String id = queue.submit();
        worker.finish(take(), DONE);

        assertThat(await(waitFor(id)).orElseThrow().state()).isEqualTo(ReportState.DONE);
        assertThat(await(waitFor("0-unknown"))).isEmpty();
    }

    @Test
    void wakesAllWaitersAndUnsubscribes() {
        String id = queue.submit();
        List<Future<Optional<Report>>> waiting =
                IntStream.range(0, 20).mapToObj(i -> waitFor(id)).toList();
        await().until(() -> listening().equals(List.of("{rd:0}:ended")));

        worker.finish(take(), DONE);

        for (Future<Optional<Report>> one : waiting) {
            assertThat(await(one).orElseThrow().state()).isEqualTo(ReportState.DONE);
        }
        await().until(() -> listening().isEmpty());
    }

    @Test
    void expiredWaitReturnsCurrentState() {
        String id = queue.submit();

        Future<Optional<Report>> patient = waitFor(id);
        assertThat(queue.get(() -> queue.queue.await(id, Duration.ofMillis(20), QueueFixture.NEVER))
                        .orElseThrow()
                        .state())
                .isEqualTo(ReportState.QUEUED);
        assertThat(queue.get(() -> queue.queue.await(id, Duration.ZERO, QueueFixture.NEVER))
                        .orElseThrow()
                        .state())
                .isEqualTo(ReportState.QUEUED);

        worker.finish(take(), DONE);
        assertThat(await(patient).orElseThrow().state()).isEqualTo(ReportState.DONE);
        await().until(() -> listening().isEmpty());
    }

    @Test
    void quickResubscriptionMissesNoEnd() throws IOException {
        worker.heartbeat(1);
        for (int i = 0; i < 300; i++) {
            String id = queue.submit();
            Attempt attempt = worker.next(id);
            Future<Optional<Report>> waiting = queue.start(() -> queue.queue
                    .await(id, Duration.ofNanos(1), QueueFixture.NEVER)
                    .compose(v -> queue.queue.await(id, Duration.ofMillis(1), QueueFixture.NEVER))
                    .compose(v -> queue.queue.await(id, LONG, QueueFixture.NEVER)));
            if (i % 2 == 0) {
                queue.get(() -> queue.queue.await(id, Duration.ofMillis(1), QueueFixture.NEVER));
            }
            worker.finish(attempt, DONE);
            assertThat(await(waiting).orElseThrow().state()).isEqualTo(ReportState.DONE);
        }
        await().until(() -> listening().isEmpty());
    }

    @Test
    void waitSurvivesConnectionLoss() {
        String id = queue.submit();
        Attempt attempt = take();
        Future<Optional<Report>> waiting = waitFor(id);
        await().until(() -> !listening().isEmpty());

        for (int i = 0; i < 5; i++) {
            queue.cli("CLIENT", "KILL", "TYPE", "pubsub");
            queue.cli("CLIENT", "KILL", "TYPE", "normal");
        }
        worker.finish(attempt, DONE);

        assertThat(await(waiting).orElseThrow().state()).isEqualTo(ReportState.DONE);
    }

    @Test
    void waitSurvivesRestartOfRedis() throws IOException {
        String id = queue.submit();
        Attempt attempt = take();
        Future<Optional<Report>> before = waitFor(id);
        await().until(() -> !listening().isEmpty());

        queue.redis.kill();
        await().until(() -> !queue.queue.isConnected());
        Future<Optional<Report>> meanwhile = waitFor(id);
        queue.redis.restart();
        queue.reconnect();
        worker.finish(attempt, DONE);

        assertThat(await(before).orElseThrow().state()).isEqualTo(ReportState.DONE);
        assertThat(await(meanwhile).orElseThrow().state()).isEqualTo(ReportState.DONE);
    }

    @Test
    void waitFailsIfRedisStaysUnavailable() throws IOException {
        String id = queue.submit();
        queue.redis.kill();
        await().until(() -> !queue.queue.isConnected());

        assertThatThrownBy(() -> queue.get(() -> queue.queue.await(id, Duration.ofMillis(300), QueueFixture.NEVER)))
                .isInstanceOf(RedisUnavailableException.class);
        queue.redis.restart();
        queue.reconnect();
    }

    @Test
    void listenerOfAllEndsSubscribesWhenRedisIsBack() throws IOException {
        queue.redis.kill();
        await().until(() -> !queue.queue.isConnected());
        List<String> ended = new CopyOnWriteArrayList<>();
        queue.start(() -> {
            queue.queue.onEnded(ended::add);
            return Future.succeededFuture();
        });

        queue.redis.restart();
        queue.reconnect();
        await().until(() -> !listening().isEmpty());
        String id = queue.submit();
        worker.finish(take(), DONE);

        await().until(() -> ended.contains(id));
    }

    @Test
    void closeFailsWaits() {
        String id = queue.submit();
        Future<Optional<Report>> waiting = waitFor(id);
        await().until(() -> !listening().isEmpty());

        queue.get(queue.queue::close);

        assertThatThrownBy(() -> await(waiting)).isInstanceOf(RedisUnavailableException.class);
    }

    private Future<Optional<Report>> waitFor(String id) {
        return queue.start(() -> queue.queue.await(id, LONG, QueueFixture.NEVER));
    }

    private Attempt take() {
        return FakeWorker.attempt(worker.heartbeat(1).messages().get(0));
    }

    private List<?> listening() {
        return (List<?>) queue.cli("PUBSUB", "CHANNELS", "{rd:0}:ended");
    }
}
