package io.redistributed.load;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Result of a load run.
 *
 * @param intervals the last one holds responses after the measured time
 */
record LoadResult(
        LoadPlan plan, Instant started, Tally tally, List<Series.Interval> intervals, GeneratorHealth.Findings health) {

    double seconds() {
        return plan.duration().toMillis() / 1000.0;
    }

    double acceptedPerSecond() {
        return tally.accepted.sum() / seconds();
    }

    double cpuMicrosPerRequest() {
        return health.cpu().toNanos() / 1000.0 / Math.max(1, tally.sent.sum());
    }

    /** Latencies in µs from when a request was due (open loop) or sent (closed loop). */
    Histogram accept() {
        return tally.accept.total();
    }

    Histogram done() {
        return tally.done.total();
    }

    /**
     * Latencies of a closed loop corrected for coordinated omission: as if each client had kept sending at its median pace
     * during a slow response. An open loop needs no correction.
     */
    Histogram corrected() {
        return accept().copyCorrectedForCoordinatedOmission(Math.max(1, accept().getValueAtPercentile(50)));
    }

    List<String> bottlenecks() {
        return health.bottlenecks(accept().getValueAtPercentile(99), lagMicros());
    }

    /** Returns the p99 of the delay between due and sent; 0 for a closed loop. */
    long lagMicros() {
        return tally.lag.total().getValueAtPercentile(99);
    }

    boolean isRight() {
        return tally.wrong.sum() == 0;
    }

    /**
     * Returns the result as JSON:
     *
     * <pre>
     * {plan: {urls, rate (null: closed loop), burst, connections, threads, warmupSeconds, seconds, type, parameters, inputBytes},
     *  started, acceptedPerSecond, completedPerSecond,
     *  reports: {sent, notSent, accepted, refused, completed, failed, retried, lost, unverified,
     *            awaited, resultsChecked, tracesChecked, wrong},
     *  latencyMicros: {accepted: P, acceptedCorrected: P (closed loop), done: P},
     *  storedToEndedMillis: P,
     *  generator: {busiest, delayMicros, lagMicros, cpuMicrosPerRequest},
     *  intervals: [{start, end, accepted: P, done: P}],        start and end in seconds
     *  faults: [text]}
     * P = {count, mean, p50, p90, p99, p99.9, max}
     * </pre>
     */
    JsonObject json() {
        JsonObject latency =
                new JsonObject().put("accepted", Percentiles.of(accept()).json());
        if (!plan.isOpen()) {
            latency.put("acceptedCorrected", Percentiles.of(corrected()).json());
        }
        latency.put("done", Percentiles.of(done()).json());
        return new JsonObject()
                .put("plan", planJson())
                .put("started", started.toString())
                .put("reports", reportsJson())
                .put("acceptedPerSecond", acceptedPerSecond())
                .put("completedPerSecond", tally.completedPerSecond())
                .put("latencyMicros", latency)
                .put("storedToEndedMillis", Percentiles.of(tally.stored()).json())
                .put("generator", generatorJson())
                .put(
                        "intervals",
                        new JsonArray(intervals.stream()
                                .map(interval -> new JsonObject()
                                        .put("start", interval.start())
                                        .put("end", interval.end())
                                        .put("accepted", interval.accept().json())
                                        .put("done", interval.done().json()))
                                .toList()))
                .put("faults", new JsonArray(tally.faults()));
    }

    private JsonObject planJson() {
        return new JsonObject()
                .put(
                        "urls",
                        new JsonArray(plan.urls().stream().map(URI::toString).toList()))
                .put("rate", plan.isOpen() ? plan.rate() : null)
                .put("burst", plan.burst())
                .put("connections", plan.connections())
                .put("threads", plan.threads())
                .put("warmupSeconds", plan.warmup().toMillis() / 1000.0)
                .put("seconds", seconds())
                .put("type", plan.type())
                .put("parameters", plan.parameters())
                .put("inputBytes", plan.input() == null ? 0 : plan.input().size());
    }

    private JsonObject reportsJson() {
        return new JsonObject()
                .put("sent", tally.sent.sum())
                .put("notSent", tally.notSent.sum())
                .put("accepted", tally.accepted.sum())
                .put("refused", tally.refused.sum())
                .put("completed", tally.completed.sum())
                .put("failed", tally.failed.sum())
                .put("retried", tally.retried.sum())
                .put("lost", tally.lost.sum())
                .put("unverified", tally.unverified.sum())
                .put("awaited", tally.awaited.sum())
                .put("resultsChecked", tally.resultsChecked.sum())
                .put("tracesChecked", tally.tracesChecked.sum())
                .put("wrong", tally.wrong.sum());
    }

    private JsonObject generatorJson() {
        return new JsonObject()
                .put("busiest", health.busiest())
                .put("delayMicros", health.delayMicros())
                .put("lagMicros", lagMicros())
                .put("cpuMicrosPerRequest", cpuMicrosPerRequest());
    }
}
