package io.redistributed.api;

import io.redistributed.queue.Report;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What the latest reports tell of how it goes: those that ended within the last minute, or since the oldest of them was
 * created if there are more than are looked at.
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
     * @param reports the latest, newest first
     * @param most how many were asked for
     */
    static Sample of(List<Report> reports, int most, Instant now) {
        Instant since = now.minus(LONGEST);
        if (reports.size() == most && reports.get(most - 1).created().isAfter(since)) {
            since = reports.get(most - 1).created();
        }
        Instant start = since;
        List<Report> ended = reports.stream()
                .filter(report -> report.ended() != null && report.ended().isAfter(start))
                .toList();
        return new Sample(ended, Duration.between(start, now));
    }

    /** Rounded to a tenth. */
    double endedPerMinute(String worker) {
        long count =
                ended.stream().filter(report -> worker.equals(report.worker())).count();
        return Math.round(10 * count * MINUTE / Math.max(1, window.toMillis())) / 10.0;
    }

    /** {@code {p50, p95, p99}} of the time from request to end, in ms; empty if none has ended. */
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
