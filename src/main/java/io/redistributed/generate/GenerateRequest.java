package io.redistributed.generate;

import io.opentelemetry.context.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.function.DoubleConsumer;

/**
 * What a worker asks of a generator by {@link Generators#ask}. Never copied: treat it as read-only.
 *
 * @param reportId the report this attempt is for
 * @param attempt number of the attempt, from 1
 * @param parameters the client's parameters, already valid against the type's schema; empty if none were given
 * @param input the uploaded input; empty if none was given
 * @param context the trace context of the attempt, parent of the generator's span
 * @param progress takes how much is done, 0 to 1; cheap, may be called from any thread, as often as liked. Throws a
 *     {@link java.util.concurrent.CancellationException} once nobody wants the report any more: let it end the work
 */
public record GenerateRequest(
        String reportId, int attempt, JsonObject parameters, Buffer input, Context context, DoubleConsumer progress) {}
