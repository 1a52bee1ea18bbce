package io.redistributed.load;

import java.net.URI;
import java.util.Locale;
import java.util.stream.Collectors;

/** Renders a result as a text table. */
final class LoadSummary {

    private final StringBuilder out = new StringBuilder();
    private final LoadResult result;
    private final Tally tally;

    private LoadSummary(LoadResult result) {
        this.result = result;
        this.tally = result.tally();
    }

    /** Returns lines, each with its line separator. */
    static String of(LoadResult result) {
        return new LoadSummary(result).text();
    }

    private String text() {
        line("load         %s", heading(result.plan()));
        line(
                "reports      sent %d, accepted %d (%.1f/s), rejected with 429 %d, not sent %d, wrong %d",
                tally.sent.sum(),
                tally.accepted.sum(),
                result.acceptedPerSecond(),
                tally.refused.sum(),
                tally.notSent.sum(),
                tally.wrong.sum());
        line(
                "ended        done %d (%.1f/s), failed %d, lost %d, not verified %d; retried %d",
                tally.completed.sum(),
                tally.completedPerSecond(),
                tally.failed.sum(),
                tally.lost.sum(),
                tally.unverified.sum(),
                tally.retried.sum());
        line(
                "checked      %d reports, %d results, %d traces",
                tally.awaited.sum(), tally.resultsChecked.sum(), tally.tracesChecked.sum());
        line("");
        line("%-24s %9s %9s %9s %9s %9s %9s %9s", "latency, ms", "count", "mean", "p50", "p90", "p99", "p99.9", "max");
        boolean isOpen = result.plan().isOpen();
        latencies(isOpen ? "due to 202" : "POST to 202", Percentiles.of(result.accept()), 1000);
        if (!isOpen) {
            latencies("  corrected", Percentiles.of(result.corrected()), 1000);
        }
        latencies(isOpen ? "due to done, by GET" : "POST to done, by GET", Percentiles.of(result.done()), 1000);
        latencies("stored to ended, Redis", Percentiles.of(tally.stored()), 1);
        line("");
        line(
                "generator    busiest event loop %.0f%%, scheduling delay %.1f ms (p99), sent late by %.1f ms (p99), %.0f µs of"
                        + " CPU per request",
                100 * result.health().busiest(),
                result.health().delayMicros() / 1000.0,
                result.lagMicros() / 1000.0,
                result.cpuMicrosPerRequest());
        tally.faults().forEach(fault -> line("wrong        %s", fault));
        return out.toString();
    }

    /** Describes the run in one line. */
    static String heading(LoadPlan plan) {
        String how = plan.isOpen()
                ? String.format(Locale.ROOT, "%.1f/s", plan.rate())
                        + (plan.burst() > 1 ? ", " + plan.burst() + " at once" : "")
                : plan.connections() + " connections, closed loop";
        return String.format(
                Locale.ROOT,
                "%s, %s, for %.1f s after %.1f s of warm-up, at %s",
                plan.type(),
                how,
                plan.duration().toMillis() / 1000.0,
                plan.warmup().toMillis() / 1000.0,
                plan.urls().stream().map(URI::toString).collect(Collectors.joining(", ")));
    }

    private void latencies(String name, Percentiles values, double unit) {
        if (values.count() > 0) {
            line(
                    "%-24s %9d %9.2f %9.2f %9.2f %9.2f %9.2f %9.2f",
                    name,
                    values.count(),
                    values.mean() / unit,
                    values.p50() / unit,
                    values.p90() / unit,
                    values.p99() / unit,
                    values.p999() / unit,
                    values.max() / unit);
        }
    }

    private void line(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }
}
