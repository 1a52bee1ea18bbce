package io.redistributed.cli;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.SpanContext;
import io.redistributed.context.DecodedMessage;
import io.redistributed.context.HeaderDiagnosis;
import io.redistributed.context.HeaderDiagnosis.Fault;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Formats a message for {@code inspect}. */
final class Description {

    private static final int TRACE_STATE = 4;
    private static final int BAGGAGE = 5;
    private static final int LAST_KNOWN = 6;

    private final StringBuilder out = new StringBuilder();
    private final DecodedMessage message;
    private final HeaderDiagnosis diagnosis;

    private Description(DecodedMessage message, HeaderDiagnosis diagnosis) {
        this.message = message;
        this.diagnosis = diagnosis;
    }

    /** Returns lines, each with a line end. */
    static String of(DecodedMessage message, HeaderDiagnosis diagnosis) {
        return new Description(message, diagnosis).describe();
    }

    private String describe() {
        line("format", message.kind().name().toLowerCase(Locale.ROOT));
        diagnosis.fault().ifPresentOrElse(this::fault, this::header);
        line("payload", message.bodyLength() + " bytes from byte " + message.bodyOffset());
        if (message.bodyLength() > 0) {
            line("", Printable.of(message.body()));
        }
        return out.toString();
    }

    private void fault(Fault fault) {
        line("because", "byte " + fault.offset() + ": " + fault.reason());
    }

    private void header() {
        SpanContext sender = message.spanContext();
        line("trace id", sender.getTraceId());
        line("span id", sender.getSpanId());
        line("sampled", sender.isSampled() ? "yes" : "no");
        if (message.publishedAtMicros() > 0) {
            line(
                    "published at",
                    Instant.EPOCH
                            .plus(message.publishedAtMicros(), ChronoUnit.MICROS)
                            .toString());
        }
        if (message.messageId() != null) {
            line("message id", message.messageId().toString());
        }
        entries("tracestate", sender.getTraceState().asMap(), TRACE_STATE, "of at most 512 bytes");
        entries("baggage", values(message.baggage()), BAGGAGE, "of at most 8192 bytes");
        diagnosis.fields().stream()
                .filter(field -> field.id() > LAST_KNOWN)
                .forEach(field -> line("skipped", "field " + field.id() + ", " + field.length() + " bytes"));
    }

    private void entries(String name, Map<String, String> entries, int id, String allowed) {
        entries.forEach((key, value) -> line(name, Printable.of(key) + " = " + Printable.of(value)));
        boolean dropped = entries.isEmpty()
                && diagnosis.fields().stream().filter(field -> field.id() == id).anyMatch(field -> field.length() > 0);
        if (dropped) {
            line(name, "dropped: not a W3C " + name + ' ' + allowed);
        }
    }

    private static Map<String, String> values(Baggage baggage) {
        return new TreeMap<>(baggage.asMap().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().getValue())));
    }

    private void line(String name, String value) {
        out.append("%-13s %s%n".formatted(name, value));
    }
}
