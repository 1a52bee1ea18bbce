package io.redistributed.load;

import io.vertx.core.json.JsonObject;
import org.HdrHistogram.Histogram;

/** Figures of a histogram, in its unit; all 0 if it is empty. */
record Percentiles(long count, double mean, long p50, long p90, long p99, long p999, long max) {

    static Percentiles of(Histogram histogram) {
        return new Percentiles(
                histogram.getTotalCount(),
                histogram.getMean(),
                histogram.getValueAtPercentile(50),
                histogram.getValueAtPercentile(90),
                histogram.getValueAtPercentile(99),
                histogram.getValueAtPercentile(99.9),
                histogram.getMaxValue());
    }

    JsonObject json() {
        return new JsonObject()
                .put("count", count)
                .put("mean", mean)
                .put("p50", p50)
                .put("p90", p90)
                .put("p99", p99)
                .put("p99.9", p999)
                .put("max", max);
    }
}
