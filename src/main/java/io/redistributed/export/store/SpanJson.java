package io.redistributed.export.store;

import io.opentelemetry.api.trace.SpanKind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;

/** Writes a span for {@link Trace#toJson()}. */
final class SpanJson {

    private static final DateTimeFormatter RFC_3339_MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private SpanJson() {}

    static JsonObject of(StoredSpan span) {
        JsonObject json = new JsonObject()
                .put("spanId", span.spanId())
                .put("parentSpanId", span.parentSpanId())
                .put("name", span.name())
                .put("kind", (span.kind() == null ? SpanKind.INTERNAL : span.kind()).name())
                .put("service", span.origin().service())
                .put("startTime", time(span.startNanos()))
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
                .put("time", time(event.epochNanos()))
                .put("attributes", SpanAttributes.json(event.attributes()));
    }

    private static JsonObject link(StoredSpan.Link link) {
        return new JsonObject()
                .put("traceId", link.traceId())
                .put("spanId", link.spanId())
                .put("attributes", SpanAttributes.json(link.attributes()));
    }

    /** Returns an RFC 3339 time in UTC with microseconds. */
    static String time(long epochNanos) {
        return RFC_3339_MICROS.format(Instant.ofEpochSecond(0, epochNanos));
    }
}
