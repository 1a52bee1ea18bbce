package io.redistributed.generate;

import io.opentelemetry.context.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.function.DoubleConsumer;

/**
 * The request of a worker to a generator, see {@link Generators#ask}. Never copied: treat it as read-only.
 *
 * @param reportId report of this attempt
 * @param attempt number of the attempt, from 1
 * @param parameters client parameters, valid against the type's schema; empty if none were given
 * @param input the uploaded input; empty if none was given
 * @param context the trace context of the attempt, parent of the generator's span
 * @param progress receives the share of work done, 0 to 1; cheap and thread-safe. Throws a {@link java.util.concurrent.CancellationException} once the report is cancelled: let it end the work
 */
public record GenerateRequest(
        String reportId, int attempt, JsonObject parameters, Buffer input, Context context, DoubleConsumer progress) {}
