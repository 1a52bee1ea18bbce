package io.redistributed.worker;

import io.redistributed.generate.GenerationException;
import io.redistributed.generate.GeneratorVerticle;
import io.redistributed.generate.Generators;
import io.redistributed.generate.InputChunks;
import io.redistributed.queue.Attempt;
import io.redistributed.queue.WorkerQueue;
import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;

/**
 * The input of one attempt, whole or in chunks.
 *
 * @param whole empty if there is no input, or it is in chunks
 * @param chunks null if it is whole
 */
record AttemptInput(Buffer whole, InputChunks chunks) {

    /** Returns the input, after fetching it unless its generator reads chunks. Call on the worker's event loop. */
    static Future<AttemptInput> of(Vertx vertx, WorkerQueue queue, Attempt attempt) {
        if (!attempt.hasInput()) {
            return Future.succeededFuture(new AttemptInput(Buffer.buffer(), null));
        }
        if (attempt.chunks() == 0) {
            return queue.input(attempt).compose(AttemptInput::stored).map(whole -> new AttemptInput(whole, null));
        }
        Chunks chunks = new Chunks(VertxInternals.current(vertx), queue, attempt);
        if (Generators.streamInput(vertx, attempt.type())) {
            return Future.succeededFuture(new AttemptInput(Buffer.buffer(), chunks));
        }
        if (attempt.inputBytes() > GeneratorVerticle.MAX_WHOLE_INPUT) {
            return Future.failedFuture(GenerationException.invalidInput("the input has " + attempt.inputBytes()
                    + " bytes; reports of type '" + attempt.type() + "' read their input whole and take at most "
                    + GeneratorVerticle.MAX_WHOLE_INPUT));
        }
        return join(chunks, 0, Buffer.buffer(attempt.inputBytes())).map(whole -> new AttemptInput(whole, null));
    }

    private static Future<Buffer> join(Chunks chunks, int next, Buffer whole) {
        return next == chunks.count()
                ? Future.succeededFuture(whole)
                : chunks.fetch(next).compose(chunk -> join(chunks, next + 1, whole.appendBuffer(chunk)));
    }

    private static Future<Buffer> stored(Buffer bytes) {
        return bytes.length() == 0
                ? Future.failedFuture(GenerationException.invalidInput("the input of this report has expired"))
                : Future.succeededFuture(bytes);
    }

    /** @param loop event loop of the queue */
    private record Chunks(Context loop, WorkerQueue queue, Attempt attempt) implements InputChunks {

        @Override
        public int count() {
            return attempt.chunks();
        }

        @Override
        public long size() {
            return attempt.inputBytes();
        }

        @Override
        public Future<Buffer> read(int chunk) {
            Promise<Buffer> read = Promise.promise();
            VertxInternals.run(loop, () -> fetch(chunk).onComplete(read));
            return read.future();
        }

        Future<Buffer> fetch(int chunk) {
            return queue.chunk(attempt, chunk)
                    .recover(cause -> Future.failedFuture(
                            GenerationException.retryable("cannot read the input: " + cause.getMessage(), cause)))
                    .compose(AttemptInput::stored);
        }
    }
}
