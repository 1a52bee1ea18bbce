package io.redistributed.generate.summary;

import java.math.BigDecimal;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.quantilescommon.QuantileSearchCriteria;

/** The distribution of sketched numbers; quantiles are occurring values, not interpolated. */
final class SketchedDistribution extends Distribution {

    private final KllDoublesSketch sketch;
    private final BigDecimal base;
    private final BigDecimal min;
    private final BigDecimal max;

    /** @param base base of the sketch's values */
    SketchedDistribution(KllDoublesSketch sketch, BigDecimal base, BigDecimal min, BigDecimal max) {
        this.sketch = sketch;
        this.base = base;
        this.min = min;
        this.max = max;
    }

    @Override
    BigDecimal quantile(BigDecimal share) {
        double relative = sketch.getQuantile(share.doubleValue(), QuantileSearchCriteria.INCLUSIVE);
        return base.add(BigDecimal.valueOf(relative)).max(min).min(max);
    }

    @Override
    long below(BigDecimal edge) {
        double relative = edge.subtract(base).doubleValue();
        return Math.round(sketch.getRank(relative, QuantileSearchCriteria.EXCLUSIVE) * sketch.getN());
    }

    @Override
    BigDecimal min() {
        return min;
    }

    @Override
    BigDecimal max() {
        return max;
    }

    @Override
    long count() {
        return sketch.getN();
    }
}
