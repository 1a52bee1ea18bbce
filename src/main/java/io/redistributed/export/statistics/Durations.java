package io.redistributed.export.statistics;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;

/**
 * Durations in microseconds. Keeps them all, 8 bytes each, so that percentiles are exact and many rare operations take little:
 * the store bounds their number.
 */
final class Durations {

    private long[] micros = new long[1];
    private int count;

    void add(long duration) {
        if (count == micros.length) {
            micros = Arrays.copyOf(micros, count * 2);
        }
        micros[count++] = Math.max(0, duration);
    }

    int count() {
        return count;
    }

    /** Puts {@code p50Micros}, {@code p95Micros}, {@code p99Micros} and {@code maxMicros}; sorts the durations. */
    void putPercentiles(JsonObject json) {
        Arrays.sort(micros, 0, count);
        json.put("p50Micros", percentile(50))
                .put("p95Micros", percentile(95))
                .put("p99Micros", percentile(99))
                .put("maxMicros", micros[count - 1]);
    }

    /** Returns the smallest duration that at least this percentage do not exceed. */
    private long percentile(int percent) {
        return micros[(int) ((long) count * percent + 99) / 100 - 1];
    }

    /**
     * Returns {@code [{belowMicros, count}]}: the durations below a power of two and not below half of it, from the first bucket with
     * any to the last.
     */
    JsonArray histogram() {
        int[] buckets = new int[Long.SIZE];
        int first = Long.SIZE;
        int last = 0;
        for (int i = 0; i < count; i++) {
            int bucket = Long.SIZE - Long.numberOfLeadingZeros(micros[i]);
            buckets[bucket]++;
            first = Math.min(first, bucket);
            last = Math.max(last, bucket);
        }
        JsonArray histogram = new JsonArray();
        for (int bucket = first; bucket <= last; bucket++) {
            histogram.add(JsonObject.of("belowMicros", 1L << bucket, "count", buckets[bucket]));
        }
        return histogram;
    }
}
