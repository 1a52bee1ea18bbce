package io.redistributed.generate;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** The chunks of a long input, which are fetched one at a time. Thread-safe. */
public interface InputChunks {

    /** {@return how many chunks there are, at least 1} */
    int count();

    /** {@return the size of the input in bytes} */
    long size();

    /**
     * Fetches a chunk. Completes on any thread.
     *
     * @param chunk from 0
     * @return its bytes; fails with a {@link GenerationException}: not retryable if it is no longer stored
     */
    Future<Buffer> read(int chunk);
}
