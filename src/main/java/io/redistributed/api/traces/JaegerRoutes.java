package io.redistributed.api.traces;

import io.redistributed.api.http.CostlyReads;
import io.redistributed.api.http.ProblemException;
import io.redistributed.api.http.Problems;
import io.redistributed.api.http.Routes;
import io.redistributed.export.SpanPipeline;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Callable;
import java.util.function.Function;

/**
 * Common parts of Jaeger's APIs: requests are read on the event loop, answered from the store off it, and errors have
 * the API's format.
 */
final class JaegerRoutes {

    /** Path prefix of all of Jaeger's APIs, implemented here or not. */
    static final String PREFIX = "/api/";

    private final Routes routes;
    private final SpanPipeline spans;
    private final CostlyReads reads;
    private final Problems problems;
    private final Function<ProblemException, JsonObject> form;

    /** @param form writes an error in the format of the API */
    JaegerRoutes(
            Vertx vertx,
            Routes routes,
            SpanPipeline spans,
            Problems problems,
            Function<ProblemException, JsonObject> form) {
        this.routes = routes;
        this.spans = spans;
        this.reads = CostlyReads.of(vertx, TracesHandler.PATH);
        this.problems = problems;
        this.form = form;
    }

    /** @param read parses the request and returns the work that answers it */
    void get(String path, Function<RoutingContext, Callable<Buffer>> read) {
        routes.get(path)
                .handler(routing -> {
                    Callable<Buffer> body = read.apply(routing);
                    reads.answer(routing, () -> spans.flush().compose(flushed -> TracesHandler.offLoop(routing, body)));
                })
                .failureHandler(this::refuse);
    }

    private void refuse(RoutingContext routing) {
        if (routing.response().headWritten() || routing.response().closed()) {
            routing.next();
            return;
        }
        ProblemException problem = problems.problem(routing, routing.statusCode());
        Problems.retryAfter(routing, problem);
        routing.response()
                .setStatusCode(problem.status())
                .putHeader("content-type", "application/json")
                .putHeader("x-content-type-options", "nosniff")
                .end(form.apply(problem).toBuffer())
                .onFailure(Problems::clientDisconnected);
    }
}
