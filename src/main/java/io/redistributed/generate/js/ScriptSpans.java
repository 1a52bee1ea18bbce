package io.redistributed.generate.js;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.ArrayList;
import java.util.List;

/** The spans that a script starts, by number. Number 0 is the generator's own span, which is current. */
final class ScriptSpans {

    private static final int MAX_SPANS = 1_000;

    private final Tracer tracer;
    private final String file;
    private final Context context = Context.current();
    private final List<Span> spans = new ArrayList<>();

    ScriptSpans(Tracer tracer, String file) {
        this.tracer = tracer;
        this.file = file;
        spans.add(Span.current());
    }

    /** Starts a span and returns its number. Beyond 1,000, that is the generator's own. */
    int start(int parent, String name) {
        if (spans.size() > MAX_SPANS) {
            return 0;
        }
        spans.add(tracer.spanBuilder(name)
                .setParent(context.with(spans.get(parent)))
                .startSpan());
        return spans.size() - 1;
    }

    void setAttribute(int number, String key, Object value) {
        Span span = spans.get(number);
        if (value instanceof Boolean flag) {
            span.setAttribute(key, flag);
        } else if (value instanceof Integer || value instanceof Long) {
            span.setAttribute(key, ((Number) value).longValue());
        } else if (value instanceof Number number64) {
            span.setAttribute(key, number64.doubleValue());
        } else {
            span.setAttribute(key, String.valueOf(value));
        }
    }

    /** @param error null if the work of the span succeeded */
    void end(int number, ScriptError error) {
        Span span = spans.get(number);
        if (error != null) {
            record(span, error, file);
            span.setStatus(StatusCode.ERROR, error.headline(file));
        }
        // The generator's own span ends with the report.
        if (number > 0) {
            span.end();
        }
    }

    /** Ends those that the script left open. */
    void endAll() {
        spans.subList(1, spans.size()).forEach(Span::end);
    }

    /** Adds the error to a span as OpenTelemetry's conventions have it, with the stack of the script. */
    static void record(Span span, ScriptError error, String file) {
        span.addEvent(
                "exception",
                Attributes.of(
                        AttributeKey.stringKey("exception.type"), error.name(),
                        AttributeKey.stringKey("exception.message"), error.message(),
                        AttributeKey.stringKey("exception.stacktrace"), error.headline(file) + error.stack()));
    }
}
