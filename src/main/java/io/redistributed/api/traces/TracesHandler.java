package io.redistributed.api.traces;

import io.redistributed.api.http.CostlyReads;
import io.redistributed.api.http.LongPolls;
import io.redistributed.api.http.ProblemException;
import io.redistributed.api.http.Routes;
import io.redistributed.api.http.WaitParameter;
import io.redistributed.export.SpanPipeline;
import io.redistributed.export.statistics.TraceStatistics;
import io.redistributed.export.store.Trace;
import io.redistributed.export.store.TraceQuery;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Serves {@code /traces}: the latest traces, their spans and their statistics, from the store of this process. */
final class TracesHandler {

    static final String PATH = "/traces";
    static final String PREFIX = PATH + "/";

    static final Pattern TRACE_ID = Pattern.compile("[0-9a-f]{32}");

    /** A report is done shortly before its enclosing spans end, so the response waits this long for them. */
    private static final Duration DEFAULT_WAIT = Duration.ofSeconds(1);

    private final SpanPipeline spans;
    private final CostlyReads reads;

    TracesHandler(Vertx vertx, SpanPipeline spans) {
        this.spans = spans;
        this.reads = CostlyReads.of(vertx, PATH);
    }

    void mount(Routes routes) {
        routes.get(PATH).handler(this::list);
        routes.get(PREFIX + "statistics").handler(this::statistics);
        routes.get(PREFIX + ":traceId").handler(this::get);
    }

    private void list(RoutingContext routing) {
        TraceQuery query = TraceParameters.of(routing);
        reads.answer(routing, () -> spans.flush()
                .compose(flushed -> offLoop(routing, () -> {
                    JsonArray traces = new JsonArray();
                    spans.store().summaries(query).forEach(trace -> traces.add(trace.toJson()));
                    return JsonObject.of("traces", traces).toBuffer();
                })));
    }

    private void statistics(RoutingContext routing) {
        TraceStatistics statistics = TraceParameters.statistics(routing);
        reads.answer(routing, () -> spans.flush()
                .compose(flushed -> offLoop(routing, () -> {
                    spans.store().visit(statistics::add);
                    return statistics.toJson().toBuffer();
                })));
    }

    private void get(RoutingContext routing) {
        String traceId = routing.pathParam("traceId");
        if (!TRACE_ID.matcher(traceId).matches()) {
            throw new ProblemException(400, "'" + traceId + "' is not a trace id (32 lower-case hex digits)");
        }
        Duration wait = WaitParameter.of(routing, DEFAULT_WAIT);
        Supplier<Future<Optional<Trace>>> poll =
                () -> spans.flush().compose(v -> TraceVisibility.whenWhole(routing, spans.store(), traceId, wait));
        (wait.compareTo(DEFAULT_WAIT) > 0 ? LongPolls.run(routing, poll) : poll.get())
                .map(found -> found.orElseThrow(() -> new ProblemException(
                        404,
                        "trace " + traceId + " not found on this node; it stores only recent sampled traces, and"
                                + " only with the exporter 'store'")))
                .onSuccess(trace -> reads.answer(
                        routing,
                        () -> offLoop(routing, () -> {
                            reserve(routing, List.of(trace));
                            return trace.toJson().toBuffer();
                        })))
                .onFailure(routing::fail);
    }

    /** Reserves the memory of a response with these traces, before it is built. */
    static void reserve(RoutingContext routing, List<Trace> traces) {
        CostlyReads.reserve(routing, traces.stream().mapToLong(Trace::bytes).sum());
    }

    /** Runs work off the event loop, as traces can be large. Unordered, so that it does not wait for other work. */
    static Future<Buffer> offLoop(RoutingContext routing, Callable<Buffer> body) {
        return routing.vertx().executeBlocking(body, false).map(json -> {
            routing.response()
                    .putHeader("content-type", "application/json")
                    // Spans contain data of others, which no browser may interpret as a page.
                    .putHeader("x-content-type-options", "nosniff");
            return json;
        });
    }
}
