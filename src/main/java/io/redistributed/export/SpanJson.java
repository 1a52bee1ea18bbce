package io.redistributed.export;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A span as {@link Trace#toJson()} shows it. */
final class SpanJson {

    private static final AttributeKey<String> SERVICE_NAME = AttributeKey.stringKey("service.name");
    private static final DateTimeFormatter RFC_3339_MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private SpanJson() {}

    static JsonObject of(SpanData span) {
        JsonObject json = new JsonObject()
                .put("spanId", span.getSpanId())
                .put("parentSpanId", span.getParentSpanContext().isValid() ? span.getParentSpanId() : null)
                .put("name", span.getName())
                .put("kind", span.getKind().name())
                .put("service", span.getResource().getAttribute(SERVICE_NAME))
                .put("startTime", time(span.getStartEpochNanos()))
                .put(
                        "durationMicros",
                        TimeUnit.NANOSECONDS.toMicros(span.getEndEpochNanos() - span.getStartEpochNanos()))
                .put("status", span.getStatus().getStatusCode().name());
        String message = span.getStatus().getDescription();
        if (!message.isEmpty()) {
            json.put("statusMessage", message);
        }
        return json.put("attributes", attributes(span.getAttributes()))
                .put(
                        "events",
                        new JsonArray(
                                span.getEvents().stream().map(SpanJson::event).toList()))
                .put(
                        "links",
                        new JsonArray(
                                span.getLinks().stream().map(SpanJson::link).toList()));
    }

    private static JsonObject event(EventData event) {
        return new JsonObject()
                .put("name", event.getName())
                .put("time", time(event.getEpochNanos()))
                .put("attributes", attributes(event.getAttributes()));
    }

    private static JsonObject link(LinkData link) {
        return new JsonObject()
                .put("traceId", link.getSpanContext().getTraceId())
                .put("spanId", link.getSpanContext().getSpanId())
                .put("attributes", attributes(link.getAttributes()));
    }

    private static JsonObject attributes(Attributes attributes) {
        JsonObject json = new JsonObject();
        attributes.forEach((key, value) ->
                json.put(key.getKey(), value instanceof List<?> list ? new JsonArray(List.copyOf(list)) : value));
        return json;
    }

    private static String time(long epochNanos) {
        return RFC_3339_MICROS.format(Instant.ofEpochSecond(0, epochNanos));
    }
}
