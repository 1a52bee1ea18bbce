package io.redistributed.api;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.opentelemetry.api.trace.SpanKind;
import io.redistributed.export.OtlpTraces;
import io.redistributed.export.SpanPipeline;
import io.redistributed.export.Trace;
import io.redistributed.export.TraceQuery;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * {@code /api/v3}: what clients of <a
 * href="https://github.com/jaegertracing/jaeger-idl/blob/main/proto/api_v3/query_service.proto">Jaeger's API</a> ask of it,
 * answered from the store of this process. Errors are in that API's form.
 */
final class JaegerHandler {

    static final String PREFIX = "/api/v3/";

    private final SpanPipeline spans;
    private final CostlyReads reads;
    private final Problems problems;

    JaegerHandler(Vertx vertx, SpanPipeline spans, Problems problems) {
        this.spans = spans;
        this.reads = CostlyReads.of(vertx, TracesHandler.PATH);
        this.problems = problems;
    }

    void mount(Routes routes) {
        routes.get(PREFIX + "services")
                .handler(routing -> answer(routing, this::services))
                .failureHandler(this::refuse);
        routes.get(PREFIX + "operations").handler(this::operations).failureHandler(this::refuse);
        routes.get(PREFIX + "traces").handler(this::search).failureHandler(this::refuse);
        routes.get(PREFIX + "traces/:traceId").handler(this::get).failureHandler(this::refuse);
    }

    private Buffer services() {
        return JsonObject.of("services", new JsonArray(List.copyOf(spans.store().services())))
                .toBuffer();
    }

    private void operations(RoutingContext routing) {
        String service = routing.request().getParam("service");
        if (service == null || service.isEmpty()) {
            throw new ProblemException(400, "service: is missing; name one of those of " + PREFIX + "services");
        }
        String kind = TraceParameters.jaegerSpanKind(routing);
        answer(routing, () -> operations(spans.store().operations(service), kind));
    }

    private static Buffer operations(Map<String, Set<SpanKind>> operations, String wanted) {
        JsonArray all = new JsonArray();
        operations.forEach((name, kinds) -> kinds.forEach(kind -> {
            String spanKind = kind.name().toLowerCase(Locale.ROOT);
            if (wanted == null || wanted.equals(spanKind)) {
                all.add(JsonObject.of("name", name, "spanKind", spanKind));
            }
        }));
        return JsonObject.of("operations", all).toBuffer();
    }

    private void search(RoutingContext routing) {
        TraceQuery query = TraceParameters.ofJaeger(routing);
        answer(routing, () -> traces(spans.store().traces(query)));
    }

    private void get(RoutingContext routing) {
        String traceId = TraceParameters.jaegerTraceId(routing.pathParam("traceId"));
        answer(routing, () -> traces(spans.store().find(traceId).map(List::of).orElse(List.of())));
    }

    private static Buffer traces(List<Trace> found) {
        if (found.isEmpty()) {
            throw new ProblemException(404, "No traces found");
        }
        return Buffer.buffer(OtlpTraces.json(found));
    }

    private void answer(RoutingContext routing, Callable<Buffer> body) {
        reads.answer(routing, () -> spans.flush().compose(flushed -> TracesHandler.offLoop(routing, body)));
    }

    private void refuse(RoutingContext routing) {
        if (routing.response().headWritten()) {
            routing.next();
            return;
        }
        ProblemException problem = problems.problem(routing, routing.statusCode());
        Problems.retryAfter(routing, problem);
        JsonObject error = new JsonObject()
                .put("grpcCode", GrpcCode.of(problem.status()))
                .put("httpCode", problem.status())
                .put("message", problem.getMessage())
                .put("httpStatus", HttpResponseStatus.valueOf(problem.status()).reasonPhrase());
        routing.response()
                .setStatusCode(problem.status())
                .putHeader("content-type", "application/json")
                .end(JsonObject.of("error", error).toBuffer())
                .onFailure(Problems::clientLeft);
    }
}
