package io.redistributed.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredResultTest extends OnEveryRedis {

    private static final int CHUNK = StoredResult.CHUNK_BYTES;

    /** What these tests do to a record is no state of the queue. */
    @AfterEach
    void flush() {
        queue.cli("FLUSHALL");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1024, 1025, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 5 * CHUNK / 2})
    void readsResultInChunks(int size) throws IOException {
        Buffer bytes = Buffer.buffer();
        for (int i = 0; i < size; i++) {
            bytes.appendByte((byte) (i * 31 >> 3));
        }
        StoredResult result = open(done(bytes));

        Buffer read = Buffer.buffer();
        do {
            long offset = read.length();
            read.appendBuffer(queue.get(() -> result.chunk(offset)));
        } while (read.length() < result.size());

        assertThat(read).isEqualTo(bytes);
    }

    @Test
    void expiredResultFails() throws IOException {
        String id = done(Buffer.buffer(new byte[2 * CHUNK]));
        StoredResult result = open(id);
        queue.cli("DEL", "{rd:0}:report:" + id, "{rd:0}:result:" + id);
        assertFails(result);
    }

    @Test
    void replacedResultFails() throws IOException {
        String id = done(Buffer.buffer(new byte[2 * CHUNK]));
        StoredResult result = open(id);
        queue.cli(Records.set(id, "worker", "another"));
        assertFails(result);
    }

    @Test
    void truncatedResultIsAbsent() throws IOException {
        String longOne = done(Buffer.buffer(new byte[CHUNK]));
        queue.cli("SET", "{rd:0}:result:" + longOne, "byte");
        assertThat(queue.get(() -> queue.queue.result(longOne))).isEmpty();
    }

    private static void assertFails(StoredResult result) {
        assertThatThrownBy(() -> queue.get(() -> result.chunk(CHUNK))).hasMessageContaining("expired or changed");
    }

    private static String done(Buffer bytes) throws IOException {
        FakeWorker worker = queue.worker("w");
        worker.heartbeat(1);
        String id = queue.submit();
        worker.finish(worker.next(id), AttemptOutcome.done(bytes, "text/plain"));
        return id;
    }

    private static StoredResult open(String id) {
        return queue.get(() -> queue.queue.result(id)).orElseThrow();
    }
}
