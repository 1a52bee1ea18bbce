package io.redistributed.worker;

import static io.opentelemetry.semconv.ErrorAttributes.ERROR_TYPE;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.vertx.core.json.JsonObject;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the messages that a worker did not run, by reason. Used on one event loop. */
final class Rejections {

    private static final Logger log = LoggerFactory.getLogger(Rejections.class);

    private final Map<RejectReason, Long> counts = new EnumMap<>(RejectReason.class);
    private final LongCounter metric;

    Rejections(OpenTelemetry openTelemetry) {
        this.metric = openTelemetry
                .getMeter("io.redistributed.worker")
                .counterBuilder("redistributed.messages.refused")
                .setDescription("Messages on a worker's channel that were not run")
                .setUnit("{message}")
                .build();
        // Prometheus sees an increase only from a value that it has scraped.
        for (RejectReason reason : RejectReason.values()) {
            metric.add(0, attributes(reason));
        }
    }

    /** Counts a message. Call with the message's span current. */
    void count(RejectReason reason, String detail) {
        Span.current().setStatus(StatusCode.ERROR, "refused: " + detail).setAttribute(ERROR_TYPE, text(reason));
        counts.merge(reason, 1L, Long::sum);
        metric.add(1, attributes(reason));
        log.debug("Refused message: {}", detail);
    }

    /** Returns {@code {malformed: n, forged: n, replayed: n}} without the zero counts. */
    JsonObject toJson() {
        JsonObject json = new JsonObject();
        counts.forEach((reason, count) -> json.put(text(reason), count));
        return json;
    }

    private static Attributes attributes(RejectReason reason) {
        return Attributes.of(ERROR_TYPE, text(reason));
    }

    private static String text(RejectReason reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }
}
