package io.redistributed.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.redistributed.testing.Waiting;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Requests that are made again. */
class IdempotencyTest extends OnEveryRedis {

    private static final IdempotencyKey KEY = key("order-17", "body");
    private static final NewReport REPORT =
            new NewReport("summary", new JsonObject().put("top", 3), Buffer.buffer("input"));

    @Test
    void sameRequestIsSameReport() {
        Submitted first = submit(KEY);
        Object keys = queue.cli("DBSIZE");

        assertThat(submit(KEY)).isEqualTo(known(first));
        assertThat(submit(key("order-17", "body"))).isEqualTo(known(first));

        assertThat(queue.cli("DBSIZE")).isEqualTo(keys);
        assertThat(queue.waiting()).isEqualTo(List.of(first.id()));
        assertThat(queue.cli("ZCARD", "{rd:0}:recent")).isEqualTo(1L);
    }

    /** Callers reserve places, and give them back when the future fails. */
    @Test
    void requestThatCannotBeWrittenFailsTheFuture() {
        NewReport unwritable =
                new NewReport("summary", new JsonObject().put("top", new Object()), Buffer.buffer("input"));

        Future<Submitted> submitted = queue.start(() -> queue.queue.submit(unwritable, KEY));

        assertThatThrownBy(() -> Waiting.await(submitted)).hasMessageContaining("Object");
        assertThat(queue.waiting()).isEqualTo(List.of());
    }

    @Test
    void concurrentRequestsAreOneReport() {
        List<Future<Submitted>> submitted = IntStream.range(0, 50)
                .mapToObj(i -> queue.start(() -> queue.queue.submit(REPORT, KEY)))
                .toList();

        List<Submitted> all = submitted.stream().map(Waiting::await).toList();
        assertThat(all.stream().map(Submitted::id).distinct()).hasSize(1);
        assertThat(all.stream().filter(Submitted::isNew)).hasSize(1);
        assertThat(queue.cli("ZCARD", "{rd:0}:recent")).isEqualTo(1L);
    }

    @Test
    void sameRequestIsSameReportAfterEnd() throws IOException {
        FakeWorker worker = queue.worker("w");
        worker.heartbeat(1);
        Submitted first = submit(KEY);
        worker.finish(worker.next(), AttemptOutcome.done(Buffer.buffer("result"), "text/plain"));
        Map<String, String> done = queue.stored(first.id());

        assertThat(submit(KEY)).isEqualTo(known(first));

        assertThat(queue.stored(first.id())).isEqualTo(done);
        worker.assertNothingPublished();
    }

    @Test
    void sameKeyForOtherRequestIsRejected() {
        Submitted first = submit(KEY);
        Object keys = queue.cli("DBSIZE");

        assertThatThrownBy(() -> submit(key("order-17", "other body")))
                .isInstanceOf(IdempotencyConflictException.class)
                .hasMessageContaining(first.id());
        assertThatThrownBy(() -> submit(IdempotencyKey.of("order-17", "/elsewhere", Buffer.buffer("body"))))
                .isInstanceOf(IdempotencyConflictException.class);

        assertThat(queue.cli("DBSIZE")).isEqualTo(keys);
        assertThat(submit(key("order-18", "body"))).isNotEqualTo(first);
        assertThat(submit(IdempotencyKey.NONE)).isNotEqualTo(submit(IdempotencyKey.NONE));
    }

    @Test
    void eachPartOfRequestIsSeparateReport() {
        Submitted first = submit(KEY.ofPart(0));
        assertThat(submit(KEY)).isEqualTo(known(first));
        Submitted second = submit(KEY.ofPart(1));

        assertThat(second).isNotEqualTo(first);
        assertThat(submit(KEY.ofPart(1))).isEqualTo(known(second));
        assertThat(submit(IdempotencyKey.NONE.ofPart(0))).isNotEqualTo(submit(IdempotencyKey.NONE.ofPart(0)));
    }

    @Test
    void keyExpiresWithRetention() {
        Submitted first = submit(KEY);
        String key = (String) ((List<?>) queue.cli("KEYS", "{rd:0}:idempotency:*")).get(0);
        assertThat((Long) queue.cli("PTTL", key))
                .isBetween(1L, QueueFixture.RULES.retention().toMillis());

        queue.cli("DEL", key);

        assertThat(submit(KEY)).isNotEqualTo(first);
    }

    @Test
    void keyOfExpiredReportIsUnknown() {
        Submitted first = submit(KEY);
        queue.get(() -> queue.queue.cancel(first.id()));
        queue.lose(first.id());

        Submitted second = submit(key("order-17", "other body"));

        assertThat(second).isNotEqualTo(first);
        assertThat(submit(key("order-17", "other body"))).isEqualTo(known(second));
    }

    @Test
    void fullQueueKnowsStoredKeysOnly(Vertx vertx) throws IOException {
        QueueSettings one = new QueueSettings(
                1,
                Duration.ofHours(1),
                Duration.ofHours(2),
                3,
                2,
                Duration.ofSeconds(1),
                Duration.ofHours(1),
                1L << 30,
                1,
                false);
        try (QueueFixture small = new QueueFixture(vertx, kind.start(), one)) {
            Submitted first = small.get(() -> small.queue.submit(REPORT, KEY));
            IdempotencyKey other = key("order-18", "body");

            assertThat(small.get(() -> small.queue.submit(REPORT, KEY))).isEqualTo(known(first));
            assertThatThrownBy(() -> small.get(() -> small.queue.submit(REPORT, other)))
                    .isInstanceOf(QueueFullException.class);

            small.get(() -> small.queue.cancel(first.id()));
            assertThat(small.get(() -> small.queue.submit(REPORT, other))).isNotEqualTo(first);
        }
    }

    @Test
    void storesNothingWithoutKey() {
        submit(IdempotencyKey.NONE);
        submit(IdempotencyKey.NONE.ofPart(0));

        assertThat(queue.cli("KEYS", "{rd:0}:idempotency:*")).isEqualTo(List.of());
    }

    @Test
    void keyHas1To255Characters() {
        for (String text : List.of("", "k".repeat(256))) {
            assertThatThrownBy(() -> key(text, "body"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("an idempotency key has 1 to 255 characters, not " + text.length());
        }
        assertThat(submit(key("k".repeat(255), "body"))).isNotEqualTo(submit(key("k", "body")));
    }

    private static IdempotencyKey key(String text, String body) {
        return IdempotencyKey.of(text, "/reports", Buffer.buffer(body));
    }

    /** The answer to a repeated request. */
    static Submitted known(Submitted first) {
        return new Submitted(first.id(), first.traceId(), false);
    }

    private static Submitted submit(IdempotencyKey key) {
        return queue.get(() -> queue.queue.submit(REPORT, key));
    }
}
