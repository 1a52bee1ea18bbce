package io.redistributed.queue;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/**
 * What a worker is asked to do: the body of a message on its channel,
 * {@code {"sequence":1099,"id":…,"attempt":1,"previous":"<trace id>-<span id>","type":…,"parameters":{…},"input":bytes,"timeout":ms}}.
 *
 * @param sequence goes up by one from message to message of one worker; tells a message of the queue from others
 * @param number from 1; with the id it fences off late workers
 * @param inputBytes length of the input, which is to be fetched by {@link WorkerQueue#input}; 0 if there is none
 * @param timeout how long it may take; null for the queue's own bound
 * @param previous the span of the attempt before this one; not valid if there was none or it is unknown
 */
public record Attempt(
        long sequence,
        String id,
        int number,
        String type,
        JsonObject parameters,
        int inputBytes,
        Duration timeout,
        SpanContext previous) {

    /** @throws IllegalArgumentException if the body is not of that form */
    public static Attempt parse(Buffer body) {
        try {
            JsonObject json = new JsonObject(body);
            if (!(json.getValue("sequence") instanceof Number sequence)
                    || !(json.getValue("id") instanceof String id)
                    || !(json.getValue("attempt") instanceof Integer number)
                    || number < 1
                    || !(json.getValue("type") instanceof String type)
                    || !(json.getValue("parameters") instanceof JsonObject parameters)
                    || !(json.getValue("input", 0) instanceof Integer inputBytes)
                    || inputBytes < 0
                    || !(json.getValue("timeout", 0) instanceof Integer timeout)
                    || !(json.getValue("previous", "") instanceof String previous)) {
                throw new IllegalArgumentException(
                        "not a report message: it needs the whole number sequence, the text id, the whole number attempt,"
                                + " the text type and the object parameters, and may have input (bytes),"
                                + " timeout (ms) and previous (text)");
            }
            Duration allowed = timeout > 0 ? Duration.ofMillis(timeout) : null;
            return new Attempt(sequence.longValue(), id, number, type, parameters, inputBytes, allowed, span(previous));
        } catch (DecodeException e) {
            throw new IllegalArgumentException("not a report message: " + e.getMessage(), e);
        }
    }

    /** Whether the input is to be fetched by {@link WorkerQueue#input}. */
    public boolean hasInput() {
        return inputBytes > 0;
    }

    /** Tells this attempt from all others: {@code <id>#<number>}. */
    public String key() {
        return id + "#" + number;
    }

    /** The form in which the span of an attempt is kept in Redis. */
    static String text(SpanContext span) {
        return span.isValid() ? span.getTraceId() + "-" + span.getSpanId() : "";
    }

    /** The opposite of {@link #text}. */
    static SpanContext span(String text) {
        int ids = TraceId.getLength() + 1 + SpanId.getLength();
        if (text.length() != ids) {
            return SpanContext.getInvalid();
        }
        return SpanContext.createFromRemoteParent(
                text.substring(0, TraceId.getLength()),
                text.substring(TraceId.getLength() + 1),
                TraceFlags.getSampled(),
                TraceState.getDefault());
    }
}
