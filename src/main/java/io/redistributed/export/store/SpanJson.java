package io.redistributed.export.store;

import io.opentelemetry.api.trace.SpanKind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;

/** Writes a span for {@link Trace#toJson()}. */
final class SpanJson {

    private SpanJson() {}

    static JsonObject of(StoredSpan span) {
        JsonObject json = new JsonObject()
                .put("spanId", span.spanId())
                .put("parentSpanId", span.parentSpanId())
                .put("name", span.name())
                .put("kind", (span.kind() == null ? SpanKind.INTERNAL : span.kind()).name())
                .put("service", span.origin().service())
                .put("startTime", EpochNanos.format(span.startNanos()))
                .put("durationMicros", TimeUnit.NANOSECONDS.toMicros(span.durationNanos()))
                .put("status", span.status().name());
        if (!span.statusMessage().isEmpty()) {
            json.put("statusMessage", span.statusMessage());
        }
        return json.put("attributes", SpanAttributes.json(span.attributes()))
                .put(
                        "events",
                        new JsonArray(
                                span.events().stream().map(SpanJson::event).toList()))
                .put(
                        "links",
                        new JsonArray(span.links().stream().map(SpanJson::link).toList()));
    }

    private static JsonObject event(StoredSpan.Event event) {
        return new JsonObject()
                .put("name", event.name())
                .put("time", EpochNanos.format(event.epochNanos()))
                .put("attributes", SpanAttributes.json(event.attributes()));
    }

    private static JsonObject link(StoredSpan.Link link) {
        return new JsonObject()
                .put("traceId", link.traceId())
                .put("spanId", link.spanId())
                .put("attributes", SpanAttributes.json(link.attributes()));
    }
}
