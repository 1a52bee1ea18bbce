package io.redistributed.generate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Inputs as streams. */
class ChunkStreamTest {

    private final Promise<Void> cancelled = Promise.promise();

    @Test
    void readsWholeInputAndChunks() throws IOException {
        Chunks chunks = new Chunks(
                List.of(Future.succeededFuture(Buffer.buffer("a\u00ff")), Future.succeededFuture(Buffer.buffer("b"))));

        try (ChunkStream whole = new ChunkStream(Buffer.buffer("input"), null, cancelled.future());
                ChunkStream stream = new ChunkStream(Buffer.buffer(), chunks, cancelled.future())) {
            assertThat(whole.readAllBytes()).isEqualTo("input".getBytes(UTF_8));
            assertThat(stream.read()).isEqualTo('a');
            assertThat(stream.read()).isEqualTo(0xC3);
            assertThat(stream.readAllBytes()).containsExactly(0xBF, 'b');
            assertThat(stream.read()).isEqualTo(-1);
        }
    }

    @Test
    void failedChunkEndsReading() throws IOException {
        GenerationException expired = GenerationException.invalidInput("the input of this report has expired");
        Chunks chunks = new Chunks(List.of(Future.failedFuture(expired)));

        try (ChunkStream stream = new ChunkStream(Buffer.buffer(), chunks, cancelled.future())) {
            assertThatThrownBy(stream::read)
                    .isInstanceOf(CompletionException.class)
                    .hasCause(expired);
        }
    }

    @Test
    void cancellationEndsWaiting() throws Exception {
        Chunks chunks = new Chunks(List.of(Promise.<Buffer>promise().future()));
        try (ChunkStream stream = new ChunkStream(Buffer.buffer(), chunks, cancelled.future())) {
            CompletableFuture<Integer> reading = CompletableFuture.supplyAsync(stream::read);

            cancelled.complete();

            assertThatThrownBy(reading::join).hasRootCauseInstanceOf(CancellationException.class);
            assertThatThrownBy(stream::read).isInstanceOf(CancellationException.class);
        }
    }

    private record Chunks(List<Future<Buffer>> all) implements InputChunks {

        @Override
        public int count() {
            return all.size();
        }

        @Override
        public long size() {
            return 0;
        }

        @Override
        public Future<Buffer> read(int chunk) {
            return all.get(chunk);
        }
    }
}
