package io.redistributed.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.redistributed.redis.RedisUnavailableException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Long inputs, which are stored in chunks before their reports. */
class InputUploadTest extends OnEveryRedis {

    private static final NewReport REPORT = new NewReport(QueueFixture.TYPE, new JsonObject(), Buffer.buffer());
    private static final AttemptOutcome DONE = AttemptOutcome.done(Buffer.buffer("result"), "text/plain");

    @Test
    void workerReadsChunksAndFinishDeletesThem() throws IOException {
        FakeWorker worker = queue.worker("w");
        worker.heartbeat(1);
        long before = bytes();
        InputUpload upload = uploaded("abcde", "fg", "h");

        String id = submit(upload, IdempotencyKey.NONE).id();
        Attempt attempt = worker.next(id);

        assertThat(attempt.inputBytes()).isEqualTo(8);
        assertThat(attempt.chunks()).isEqualTo(3);
        assertThat(worker.chunk(attempt, 0)).isEqualTo(Buffer.buffer("abcde"));
        assertThat(worker.chunk(attempt, 2)).isEqualTo(Buffer.buffer("h"));
        assertThat(worker.chunk(attempt, 3).length()).isZero();
        assertThat(queue.cli("TTL", key(upload))).isEqualTo(-1L);
        assertThat(bytes()).isGreaterThanOrEqualTo(before + 8);

        worker.finish(attempt, DONE);
        assertThat(queue.cli("EXISTS", key(upload))).isEqualTo(0L);
        assertThat(bytes()).isEqualTo(before + request(id) + "result".length());
    }

    @Test
    void abandonedChunksExpire() {
        InputUpload upload = uploaded("a", "b");

        // Longer than the 300 s of a request body and the 30 s until its turn: between two chunks, a slow client is not
        // lost.
        assertThat((Long) queue.cli("PTTL", key(upload))).isBetween(330_001L, 360_000L);
        assertThat(queue.cli("HLEN", key(upload))).isEqualTo(2L);

        queue.get(upload::discard);
        assertThat(queue.cli("EXISTS", key(upload))).isEqualTo(0L);
    }

    /** A repeated call whose first reply was lost may arrive late. */
    @Test
    void lateChunkChangesNothing() {
        InputUpload upload = uploaded("a", "b");
        submit(upload, IdempotencyKey.NONE);

        queue.run(QueueScripts.CHUNK, upload.id(), 1, "c");

        assertThat(queue.cli("HGET", key(upload), "1")).isEqualTo("b");
        assertThat(queue.cli("TTL", key(upload))).isEqualTo(-1L);
    }

    @Test
    void lostChunkRejectsReport() {
        InputUpload upload = uploaded("a", "b");
        queue.cli("HDEL", key(upload), "0");

        assertThatThrownBy(() -> submit(upload, IdempotencyKey.NONE))
                .isInstanceOf(RedisUnavailableException.class)
                .hasMessageContaining("lost a part of the input");

        assertThat(queue.cli("EXISTS", key(upload), "{rd:0}:report:" + upload.id()))
                .isEqualTo(0L);
    }

    @Test
    void repeatedRequestLeavesNoChunks() {
        IdempotencyKey key = IdempotencyKey.of("order-19", "/reports", Buffer.buffer("ab"));
        Submitted first = submit(uploaded("a", "b"), key);
        InputUpload second = uploaded("a", "b");

        assertThat(submit(second, key)).isEqualTo(IdempotencyTest.known(first));
        queue.get(second::discard);
        InputUpload third = uploaded("a", "c");
        assertThatThrownBy(() -> submit(third, IdempotencyKey.of("order-19", "/reports", Buffer.buffer("ac"))))
                .isInstanceOf(IdempotencyConflictException.class);

        queue.get(third::discard);
        assertThat(queue.cli("KEYS", "{rd:0}:input:*")).isEqualTo(List.of("{rd:0}:input:" + first.id()));
    }

    @Test
    void cancelledReportKeepsChunksForRetry() throws IOException {
        InputUpload upload = uploaded("a", "b");
        String id = submit(upload, IdempotencyKey.NONE).id();
        queue.get(() -> queue.queue.cancel(id));

        assertThat(queue.get(() -> queue.queue.retry(id))).isTrue();
        FakeWorker worker = queue.worker("w");
        Attempt attempt = FakeWorker.attempt(worker.heartbeat(1).messages().get(0));

        assertThat(worker.chunk(attempt, 1)).isEqualTo(Buffer.buffer("b"));
        worker.finish(attempt, DONE);
    }

    private InputUpload uploaded(String... chunks) {
        InputUpload upload = queue.queue.upload(Owner.NONE, IdempotencyKey.NONE);
        for (String chunk : chunks) {
            queue.get(() -> upload.write(Buffer.buffer(chunk)));
        }
        return upload;
    }

    private Submitted submit(InputUpload upload, IdempotencyKey key) {
        return queue.get(() -> queue.queue.submit(REPORT, key, upload));
    }

    private static String key(InputUpload upload) {
        return "{rd:0}:input:" + upload.id();
    }

    private long bytes() {
        String bytes = (String) queue.cli("GET", "{rd:0}:bytes");
        return bytes == null ? 0 : Long.parseLong(bytes);
    }

    private long request(String id) {
        return Long.parseLong(queue.stored(id).get("bytes of head"));
    }
}
