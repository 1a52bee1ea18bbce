package io.redistributed.api.events;

import io.redistributed.queue.Report;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Statistics of recently ended reports: those of the last minute, or since the creation of the oldest given report if
 * the given ones do not reach back a minute.
 */
final class Sample {

    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final double MINUTE = LONGEST.toMillis();

    private final List<Report> ended;
    private final Duration window;

    private Sample(List<Report> ended, Duration window) {
        this.ended = ended;
        this.window = window;
    }

    /**
     * Returns the statistics at a time.
     *
     * @param reports the latest reports, newest first
     * @param limit number of reports that were requested
     */
    static Sample of(List<Report> reports, int limit, Instant now) {
        Instant since = now.minus(LONGEST);
        if (reports.size() == limit && reports.get(limit - 1).created().isAfter(since)) {
            since = reports.get(limit - 1).created();
        }
        Instant start = since;
        List<Report> ended = reports.stream()
                .filter(report -> report.ended() != null && report.ended().isAfter(start))
                .toList();
        return new Sample(ended, Duration.between(start, now));
    }

    /** Returns the reports that ended per minute, rounded to a tenth. */
    double endedPerMinute(String worker) {
        long count =
                ended.stream().filter(report -> worker.equals(report.worker())).count();
        return Math.round(10 * count * MINUTE / Math.max(1, window.toMillis())) / 10.0;
    }

    /** Returns {@code {p50, p95, p99}} of the time from request to end in ms; empty if no report ended. */
    JsonObject latencies() {
        long[] millis = ended.stream()
                .mapToLong(report ->
                        Duration.between(report.created(), report.ended()).toMillis())
                .sorted()
                .toArray();
        JsonObject latencies = new JsonObject();
        if (millis.length > 0) {
            for (int percent : new int[] {50, 95, 99}) {
                int rank = (int) Math.ceil(percent / 100.0 * millis.length);
                latencies.put("p" + percent, Math.max(0, millis[rank - 1]));
            }
        }
        return latencies;
    }
}
