package io.redistributed.export.statistics;

import io.opentelemetry.api.trace.StatusCode;
import io.redistributed.export.store.EpochNanos;
import io.redistributed.export.store.StoredSpan;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The spans of one operation: their number, errors, durations, and the slowest ones, each of another trace. */
final class OperationStatistics {

    private static final int MAX_SLOWEST = 5;
    private static final long NANOS_PER_MICRO = 1_000;
    private static final Comparator<StoredSpan> BY_DURATION = Comparator.comparingLong(StoredSpan::durationNanos);

    private final Durations durations = new Durations();
    private final List<StoredSpan> slowest = new ArrayList<>(1);
    private long totalMicros;
    private long restNanos;
    private int errors;

    void add(StoredSpan span) {
        long micros = TimeUnit.NANOSECONDS.toMicros(span.durationNanos());
        durations.add(micros);
        restNanos += span.durationNanos() % NANOS_PER_MICRO;
        long more = micros + restNanos / NANOS_PER_MICRO;
        restNanos %= NANOS_PER_MICRO;
        totalMicros += Math.min(more, Long.MAX_VALUE - totalMicros);
        errors += span.status() == StatusCode.ERROR ? 1 : 0;
        addSlow(span);
    }

    private void addSlow(StoredSpan span) {
        if (slowest.size() == MAX_SLOWEST && BY_DURATION.compare(span, slowest.get(MAX_SLOWEST - 1)) <= 0) {
            return;
        }
        for (StoredSpan other : slowest) {
            if (other.traceId().equals(span.traceId())) {
                if (BY_DURATION.compare(span, other) <= 0) {
                    return;
                }
                slowest.remove(other);
                break;
            }
        }
        slowest.add(span);
        slowest.sort(BY_DURATION.reversed());
        if (slowest.size() > MAX_SLOWEST) {
            slowest.remove(MAX_SLOWEST);
        }
    }

    /** Returns the sum of the durations, at most {@link Long#MAX_VALUE}. */
    long totalMicros() {
        return totalMicros;
    }

    void put(JsonObject json, double seconds) {
        json.put("count", durations.count())
                .put("perSecond", durations.count() / seconds)
                .put("errors", errors);
        durations.putPercentiles(json);
        json.put("totalMicros", totalMicros);
        json.put("histogram", durations.histogram())
                .put(
                        "slowest",
                        new JsonArray(slowest.stream()
                                .map(OperationStatistics::example)
                                .toList()));
    }

    private static JsonObject example(StoredSpan span) {
        return new JsonObject()
                .put("traceId", span.traceId())
                .put("spanId", span.spanId())
                .put("startTime", EpochNanos.format(span.startNanos()))
                .put("durationMicros", TimeUnit.NANOSECONDS.toMicros(span.durationNanos()))
                .put("status", span.status().name());
    }
}
