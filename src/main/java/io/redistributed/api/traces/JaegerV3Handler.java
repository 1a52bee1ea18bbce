package io.redistributed.api.traces;

import io.redistributed.api.http.ProblemException;
import io.redistributed.export.otlp.OtlpTraces;
import io.redistributed.export.store.Trace;
import io.redistributed.export.store.TraceQuery;
import io.redistributed.export.store.TraceStore;
import io.redistributed.export.store.TraceSummary;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Serves {@code /api/v3}, <a
 * href="https://github.com/jaegertracing/jaeger-idl/blob/main/proto/api_v3/query_service.proto">Jaeger's API</a>, from
 * the store of this process. Parameters and errors are those of Jaeger 2.20.
 */
final class JaegerV3Handler {

    private static final String PREFIX = JaegerRoutes.PREFIX + "v3/";

    private final TraceStore store;

    JaegerV3Handler(TraceStore store) {
        this.store = store;
    }

    /** Returns an error in the format of this API. */
    static JsonObject error(ProblemException problem) {
        return JsonObject.of("error", JsonObject.of("httpCode", problem.status(), "message", problem.getMessage()));
    }

    void mount(JaegerRoutes jaeger) {
        jaeger.get(PREFIX + "services", routing -> this::services);
        jaeger.get(PREFIX + "operations", this::operations);
        jaeger.get(PREFIX + "traces", this::search);
        jaeger.get(PREFIX + "trace-summaries", this::summaries);
        jaeger.get(PREFIX + "traces/:traceId", this::get);
    }

    private Buffer services() {
        return JsonObject.of("services", new JsonArray(List.copyOf(store.services())))
                .toBuffer();
    }

    /** An unspecified kind is returned as internal but matches no kind, as in Jaeger. */
    private Callable<Buffer> operations(RoutingContext routing) {
        JaegerParameters parameters = JaegerParameters.ofV3(routing);
        String service = parameters.text("service");
        String kind = parameters.text("spanKind", "span_kind");
        return () -> {
            JsonArray found = new JsonArray();
            store.operations(service == null ? "" : service).stream()
                    .filter(operation -> kind == null || kind.equals(operation.spanKind()))
                    .map(operation -> JsonObject.of(
                            "name",
                            operation.name(),
                            "spanKind",
                            operation.spanKind().isEmpty() ? "internal" : operation.spanKind()))
                    .forEach(found::add);
            return JsonObject.of("operations", found).toBuffer();
        };
    }

    private Callable<Buffer> search(RoutingContext routing) {
        TraceQuery query = JaegerV3Query.of(JaegerParameters.ofV3(routing));
        return () -> traces(routing, store.traces(query));
    }

    private Callable<Buffer> summaries(RoutingContext routing) {
        TraceQuery query = JaegerV3Query.of(JaegerParameters.ofV3(routing));
        return () -> {
            JsonArray found = new JsonArray();
            store.summaries(query).stream().map(TraceSummary::toJaegerJson).forEach(found::add);
            return JsonObject.of("summaries", found).toBuffer();
        };
    }

    /**
     * Returns all stored spans of the trace. The time parameters are checked but not used: they only help Jaeger's
     * storage search faster.
     */
    private Callable<Buffer> get(RoutingContext routing) {
        JaegerParameters parameters = JaegerParameters.ofV3(routing);
        String traceId = parameters.read(
                "trace_id",
                routing.pathParam("traceId"),
                JaegerParameters::traceId,
                "1 to 32 hex digits, or base64 of 8 or 16 bytes");
        JaegerV3Query.time(parameters, "startTime", "start_time");
        JaegerV3Query.time(parameters, "endTime", "end_time");
        parameters.checkBool("rawTraces", "raw_traces");
        return () -> traces(routing, store.traces(List.of(traceId)));
    }

    private static Buffer traces(RoutingContext routing, List<Trace> found) {
        if (found.isEmpty()) {
            throw new ProblemException(404, "No traces found");
        }
        TracesHandler.reserve(routing, found);
        return Buffer.buffer(OtlpTraces.json(found));
    }
}
