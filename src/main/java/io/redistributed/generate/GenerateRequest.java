package io.redistributed.generate;

import io.opentelemetry.context.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.util.function.DoubleConsumer;

/**
 * The request of a worker to a generator, see {@link Generators#ask}. Never copied: treat it as read-only.
 *
 * @param reportId report of this attempt
 * @param attempt number of the attempt, from 1
 * @param parameters client parameters, valid against the type's schema; empty if none were given
 * @param input the uploaded input; empty if none was given, or if the generator {@link GeneratorVerticle#streamsInput
 *     streams} a long one
 * @param chunks the chunks of a long input of a generator that streams; null if {@code input} is all of it
 * @param context the trace context of the attempt, parent of the generator's span
 * @param progress receives the share of work done, 0 to 1; cheap and thread-safe. Throws a {@link java.util.concurrent.CancellationException} once the report is cancelled: let it end the work
 * @param cancelled completes when the report is cancelled or its time is up, for work that cannot report progress
 */
public record GenerateRequest(
        String reportId,
        int attempt,
        JsonObject parameters,
        Buffer input,
        InputChunks chunks,
        Context context,
        DoubleConsumer progress,
        Future<Void> cancelled) {

    /** Creates a request of work that learns of its end by its progress alone. */
    public GenerateRequest(
            String reportId,
            int attempt,
            JsonObject parameters,
            Buffer input,
            Context context,
            DoubleConsumer progress) {
        this(
                reportId,
                attempt,
                parameters,
                input,
                null,
                context,
                progress,
                Promise.<Void>promise().future());
    }

    /** Returns the size of the input in bytes, whether it is in chunks or not. */
    public long inputSize() {
        return chunks == null ? input.length() : chunks.size();
    }

    /**
     * Returns the input from its beginning, whether it is in chunks or not. Reading blocks, so read it in {@link
     * GeneratorVerticle#compute}. It throws unchecked exceptions if a chunk cannot be read or the report is cancelled: let
     * them end the work.
     */
    public InputStream inputStream() {
        return new ChunkStream(input, chunks, cancelled);
    }
}
