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
 * Describes an attempt for a worker. It is the body of a message on the worker's channel, {@code
 * {"sequence":1099,"id":…,"attempt":1,"previous":"<trace id>-<span
 * id>","type":…,"parameters":{…},"input":bytes,"chunks":number,"timeout":ms,"restricted":true}}.
 *
 * @param sequence incremented with each message to one worker; identifies messages of the queue
 * @param number number of the attempt, from 1; with the id it fences off late workers
 * @param inputBytes length of the input, which {@link WorkerQueue#input} fetches; 0 if there is none
 * @param chunks number of chunks of a long input, which {@link WorkerQueue#chunk} fetches; 0 if it is not in chunks
 * @param timeout limit of its duration; null for the queue's limit
 * @param restricted whether it must not run if its type is for operators only
 * @param previous span of the previous attempt; invalid if there is none or it is unknown
 */
public record Attempt(
        long sequence,
        String id,
        int number,
        String type,
        JsonObject parameters,
        int inputBytes,
        int chunks,
        Duration timeout,
        boolean restricted,
        SpanContext previous) {

    /** @throws IllegalArgumentException if the body is not valid */
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
                    || !(json.getValue("chunks", 0) instanceof Integer chunks)
                    || chunks < 0
                    || chunks > inputBytes
                    || !(json.getValue("timeout", 0) instanceof Integer timeout)
                    || !(json.getValue("restricted", false) instanceof Boolean restricted)
                    || !(json.getValue("previous", "") instanceof String previous)
                    || !Integer.valueOf(PublishedProtocol.VERSION)
                            .equals(json.getValue("version", PublishedProtocol.VERSION))) {
                throw new IllegalArgumentException(
                        "not a report message: it needs the whole number sequence, the text id, the whole number attempt,"
                                + " the text type and the object parameters, and may have input (bytes), chunks (number),"
                                + " timeout (ms), restricted (true or false), previous (text) and version ("
                                + PublishedProtocol.VERSION + ")");
            }
            Duration allowed = timeout > 0 ? Duration.ofMillis(timeout) : null;
            return new Attempt(
                    sequence.longValue(),
                    id,
                    number,
                    type,
                    parameters,
                    inputBytes,
                    chunks,
                    allowed,
                    restricted,
                    span(previous));
        } catch (DecodeException e) {
            throw new IllegalArgumentException("not a report message: " + e.getMessage(), e);
        }
    }

    /** Returns whether the attempt has an input, see {@link WorkerQueue#input}. */
    public boolean hasInput() {
        return inputBytes > 0;
    }

    /** Returns the unique key of the attempt: {@code <id>#<number>}. */
    public String key() {
        return id + "#" + number;
    }

    /** Returns the form in which Redis stores the span of an attempt. */
    static String text(SpanContext span) {
        return span.isValid() ? span.getTraceId() + "-" + span.getSpanId() : "";
    }

    /** Parses the result of {@link #text}. */
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
