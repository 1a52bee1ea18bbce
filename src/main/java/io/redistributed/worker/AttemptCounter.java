package io.redistributed.worker;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.redistributed.queue.AttemptOutcome;
import java.util.HashMap;
import java.util.Map;

/** Counts the attempts that ended, by type and outcome. Used on one event loop. */
final class AttemptCounter {

    static final AttributeKey<String> REPORT_TYPE = AttributeKey.stringKey("redistributed.report.type");

    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("redistributed.attempt.outcome");

    private final Map<String, Map<String, Attributes>> known = new HashMap<>();
    private final LongCounter metric;

    AttemptCounter(OpenTelemetry openTelemetry) {
        this.metric = openTelemetry
                .getMeter("io.redistributed.worker")
                .counterBuilder("redistributed.attempts")
                .setDescription("Attempts that ended")
                .setUnit("{attempt}")
                .build();
    }

    /** @param type announced by this worker, so there are few */
    void count(String type, AttemptOutcome outcome) {
        String kind = outcome.isHandedBack() ? "handed_back" : outcome.kind();
        Attributes attributes = known.computeIfAbsent(type, first -> new HashMap<>())
                .computeIfAbsent(kind, first -> Attributes.of(REPORT_TYPE, type, OUTCOME, kind));
        metric.add(1, attributes);
    }
}
