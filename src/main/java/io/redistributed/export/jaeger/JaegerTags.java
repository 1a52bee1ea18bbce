package io.redistributed.export.jaeger;

import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.StatusCode;
import io.redistributed.export.store.Operation;
import io.redistributed.export.store.StoredSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Maps the parts of a span without a field in Jaeger's model to tags and log fields. The names are those of <a
 * href="https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/jaeger/">OpenTelemetry's mapping to Jaeger</a> and <a
 * href="https://opentelemetry.io/docs/specs/otel/common/mapping-to-non-otlp/">to other formats</a>. Unlike the former, and
 * like the Collector, it also writes the kind of internal spans, and the trace state as {@code w3c.tracestate}.
 */
final class JaegerTags {

    private static final String DROPPED_ATTRIBUTES = "otel.dropped_attributes_count";

    private JaegerTags() {}

    /** Returns the tags of the process: the resource without {@code service.name}, which is a field. */
    static List<KeyValue> of(StoredSpan.Origin origin) {
        return without(origin.resource(), Set.of("service.name"));
    }

    static List<KeyValue> of(StoredSpan span) {
        StoredSpan.Origin origin = span.origin();
        boolean error = span.status() == StatusCode.ERROR;
        // Jaeger's UI reads any other tag "error" as the status.
        List<KeyValue> tags = error ? without(span.attributes(), Set.of("error")) : new ArrayList<>(span.attributes());
        text(tags, "span.kind", Operation.kind(span));
        if (span.status() != StatusCode.UNSET) {
            text(tags, "otel.status_code", span.status().name());
            text(tags, "otel.status_description", span.statusMessage());
        }
        if (error) {
            tags.add(KeyValue.of("error", Value.of(true)));
        }
        text(tags, "w3c.tracestate", span.traceState());
        text(tags, "otel.scope.name", origin.scopeName());
        text(tags, "otel.scope.version", origin.scopeVersion());
        text(tags, "otel.scope.schema_url", origin.scopeSchemaUrl());
        text(tags, "otel.library.name", origin.scopeName());
        text(tags, "otel.library.version", origin.scopeVersion());
        origin.scopeAttributes()
                .forEach(attribute -> tags.add(KeyValue.of("otel.scope." + attribute.getKey(), attribute.getValue())));
        count(tags, DROPPED_ATTRIBUTES, span.dropped().attributes());
        count(tags, "otel.dropped_events_count", span.dropped().events());
        count(tags, "otel.dropped_links_count", span.dropped().links());
        return tags;
    }

    /** Returns the fields of an event's log. An attribute {@code event} takes precedence over the name. */
    static List<KeyValue> of(StoredSpan.Event event) {
        List<KeyValue> fields = new ArrayList<>();
        if (event.attributes().stream()
                .noneMatch(attribute -> attribute.getKey().equals("event"))) {
            text(fields, "event", event.name());
        }
        fields.addAll(event.attributes());
        count(fields, "otel.event.dropped_attributes_count", event.droppedAttributes());
        return fields;
    }

    /** Returns whether a link has data that does not fit into a reference. */
    static boolean exceedsReference(StoredSpan.Link link) {
        return !link.attributes().isEmpty() || !link.traceState().isEmpty() || link.droppedAttributes() > 0;
    }

    /** Returns the fields of a link's log, written in addition to its reference. */
    static List<KeyValue> of(StoredSpan.Link link) {
        List<KeyValue> fields = new ArrayList<>();
        text(fields, "event", "link");
        text(fields, "trace_id", link.traceId());
        text(fields, "span_id", link.spanId());
        text(fields, "w3c.tracestate", link.traceState());
        fields.addAll(link.attributes());
        count(fields, DROPPED_ATTRIBUTES, link.droppedAttributes());
        return fields;
    }

    private static List<KeyValue> without(List<KeyValue> attributes, Set<String> keys) {
        List<KeyValue> rest = new ArrayList<>(attributes);
        rest.removeIf(attribute -> keys.contains(attribute.getKey()));
        return rest;
    }

    private static void text(List<KeyValue> tags, String key, String value) {
        if (!value.isEmpty()) {
            tags.add(KeyValue.of(key, Value.of(value)));
        }
    }

    private static void count(List<KeyValue> tags, String key, long value) {
        if (value > 0) {
            tags.add(KeyValue.of(key, Value.of(value)));
        }
    }
}
