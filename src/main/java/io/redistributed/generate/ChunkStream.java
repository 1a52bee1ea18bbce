package io.redistributed.generate;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.InputStream;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Reads an input, fetching its chunks one after the other, so that one is in memory. Blocks. Used on one thread. */
final class ChunkStream extends InputStream {

    private final InputChunks chunks;
    private final Future<Void> cancelled;
    private Buffer chunk;
    private int position;
    private int next;

    /** The chunk for which the reader waits. */
    private volatile CompletableFuture<Buffer> fetched = new CompletableFuture<>();

    /**
     * @param first bytes to read first
     * @param chunks the rest; null if there is none
     * @param cancelled ends a wait for a chunk with a {@link CancellationException}
     */
    ChunkStream(Buffer first, InputChunks chunks, Future<Void> cancelled) {
        this.chunk = first;
        this.chunks = chunks;
        this.cancelled = cancelled;
        // One listener for all chunks, as it lasts as long as the report.
        cancelled.onComplete(end -> cancel(fetched));
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    /** @throws CompletionException caused by the failure of {@link InputChunks#read} */
    @Override
    public int read(byte[] target, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        while (position == chunk.length()) {
            if (chunks == null || next == chunks.count()) {
                return -1;
            }
            chunk = fetch(next);
            next++;
            position = 0;
        }
        int read = Math.min(length, chunk.length() - position);
        chunk.getBytes(position, position + read, target, offset);
        position += read;
        return read;
    }

    private Buffer fetch(int number) {
        CompletableFuture<Buffer> fetching = new CompletableFuture<>();
        fetched = fetching;
        if (cancelled.isComplete()) {
            cancel(fetching);
        }
        chunks.read(number).onComplete((bytes, failure) -> {
            if (failure == null) {
                fetching.complete(bytes);
            } else {
                fetching.completeExceptionally(failure);
            }
        });
        return fetching.join();
    }

    private static void cancel(CompletableFuture<Buffer> fetching) {
        fetching.completeExceptionally(new CancellationException("the report was cancelled"));
    }
}
