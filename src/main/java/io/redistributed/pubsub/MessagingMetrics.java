package io.redistributed.pubsub;

import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;

/** Creates the instruments of OpenTelemetry's messaging conventions. */
final class MessagingMetrics {

    /** In seconds. */
    private static final List<Double> BUCKETS =
            List.of(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0);

    private final Meter meter;

    MessagingMetrics(Meter meter) {
        this.meter = meter;
    }

    LongCounter messages(String name, String description) {
        return meter.counterBuilder(name)
                .setDescription(description)
                .setUnit("{message}")
                .build();
    }

    DoubleHistogram seconds(String name, String description) {
        return meter.histogramBuilder(name)
                .setDescription(description)
                .setUnit("s")
                .setExplicitBucketBoundariesAdvice(BUCKETS)
                .build();
    }
}
