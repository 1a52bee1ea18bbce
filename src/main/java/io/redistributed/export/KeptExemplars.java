package io.redistributed.export;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps the latest exemplar of each bucket of a histogram. The SDK returns an exemplar once, so that of two scrapers each
 * would miss those of the other. Not safe for use from several threads.
 */
final class KeptExemplars {

    /** Longer than common intervals of scrapes. */
    private static final long KEPT_MILLIS = Duration.ofMinutes(2).toMillis();

    private final Map<String, Map<Labels, Exemplars>> kept = new HashMap<>();

    /** Returns the metric with kept exemplars in those buckets that have no newer one. */
    HistogramSnapshot complete(HistogramSnapshot metric) {
        Map<Labels, Exemplars> former = kept.getOrDefault(metric.getMetadata().getPrometheusName(), Map.of());
        // Series that have ended are forgotten.
        Map<Labels, Exemplars> latest = new HashMap<>();
        List<HistogramDataPointSnapshot> points = new ArrayList<>();
        for (HistogramDataPointSnapshot point : metric.getDataPoints()) {
            HistogramDataPointSnapshot completed =
                    complete(point, former.getOrDefault(point.getLabels(), Exemplars.EMPTY));
            latest.put(point.getLabels(), completed.getExemplars());
            points.add(completed);
        }
        kept.put(metric.getMetadata().getPrometheusName(), latest);
        return new HistogramSnapshot(metric.getMetadata(), points);
    }

    private static HistogramDataPointSnapshot complete(HistogramDataPointSnapshot point, Exemplars former) {
        if (!point.hasClassicHistogramData()) {
            return point;
        }
        long oldest = System.currentTimeMillis() - KEPT_MILLIS;
        ClassicHistogramBuckets buckets = point.getClassicBuckets();
        List<Exemplar> all = new ArrayList<>();
        double lower = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < buckets.size(); i++) {
            double upper = buckets.getUpperBound(i);
            Exemplar exemplar = point.getExemplars().get(lower, upper);
            if (exemplar == null) {
                exemplar = former.get(lower, upper);
            }
            if (exemplar != null && exemplar.getTimestampMillis() >= oldest) {
                all.add(exemplar);
            }
            lower = upper;
        }
        return new HistogramDataPointSnapshot(
                buckets, point.getSum(), point.getLabels(), Exemplars.of(all), point.getCreatedTimestampMillis());
    }
}
