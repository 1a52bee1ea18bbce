package io.redistributed.api.traces;

import io.redistributed.api.http.ProblemException;
import io.redistributed.export.jaeger.JaegerTraces;
import io.redistributed.export.store.Operation;
import io.redistributed.export.store.ServiceCall;
import io.redistributed.export.store.Trace;
import io.redistributed.export.store.TraceStore;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * Serves {@code /api/services}, {@code /api/traces} and related paths from the store of this process: the older API of
 * Jaeger's page, which Grafana uses by default. Parameters and responses are those of Jaeger 2.20.
 */
final class JaegerV1Handler {

    private static final String PREFIX = JaegerRoutes.PREFIX;
    private static final String NOT_FOUND = "trace not found";
    private static final Duration DEFAULT_LOOKBACK = Duration.ofDays(1);

    private final TraceStore store;

    JaegerV1Handler(TraceStore store) {
        this.store = store;
    }

    /** Returns an error in the format of this API. */
    static JsonObject error(ProblemException problem) {
        return envelope(null, 0, JsonArray.of(JsonObject.of("code", problem.status(), "msg", problem.getMessage())));
    }

    void mount(JaegerRoutes jaeger) {
        jaeger.get(PREFIX + "services", routing -> () -> all(store.services()));
        jaeger.get(PREFIX + "services/:service/operations", this::names);
        jaeger.get(PREFIX + "operations", this::operations);
        jaeger.get(PREFIX + "traces", this::search);
        jaeger.get(PREFIX + "traces/:traceId", this::get);
        jaeger.get(PREFIX + "dependencies", this::dependencies);
    }

    private Callable<Buffer> names(RoutingContext routing) {
        String service = routing.pathParam("service");
        return () -> all(store.operations(service).stream()
                .map(Operation::name)
                .distinct()
                .toList());
    }

    private Callable<Buffer> operations(RoutingContext routing) {
        JaegerParameters parameters = JaegerParameters.ofV1(routing);
        String service = JaegerV1Query.service(parameters);
        String kind = parameters.text("spanKind");
        return () -> all(store.operations(service).stream()
                .filter(operation -> kind == null || kind.equals(operation.spanKind()))
                .map(operation -> JsonObject.of("name", operation.name(), "spanKind", operation.spanKind()))
                .toList());
    }

    private Callable<Buffer> search(RoutingContext routing) {
        JaegerV1Query query = JaegerV1Query.of(JaegerParameters.ofV1(routing));
        return () -> query.search() == null
                ? byId(routing, query.traceIds())
                : write(routing, store.traces(query.search()), Map.of());
    }

    private Buffer byId(RoutingContext routing, List<String> traceIds) {
        List<Trace> found = store.traces(traceIds);
        Map<String, String> missing = new LinkedHashMap<>();
        traceIds.forEach(id ->
                missing.put(id, store.find(id).isPresent() ? "omitted, as the response is too large" : NOT_FOUND));
        found.forEach(trace -> missing.remove(trace.traceId()));
        return write(routing, found, missing);
    }

    private static Buffer write(RoutingContext routing, List<Trace> found, Map<String, String> missing) {
        TracesHandler.reserve(routing, found);
        return Buffer.buffer(JaegerTraces.json(found, missing));
    }

    /**
     * Returns all stored spans of the trace. The time parameters are checked but not used: they only help Jaeger's
     * storage search faster.
     */
    private Callable<Buffer> get(RoutingContext routing) {
        JaegerParameters parameters = JaegerParameters.ofV1(routing);
        String traceId = JaegerV1Query.traceId(parameters, routing.pathParam("traceId"));
        JaegerV1Query.time(parameters, "start", ChronoUnit.MICROS);
        JaegerV1Query.time(parameters, "end", ChronoUnit.MICROS);
        parameters.checkBool("raw");
        return () -> {
            List<Trace> found = store.traces(List.of(traceId));
            if (found.isEmpty()) {
                throw new ProblemException(404, NOT_FOUND);
            }
            return write(routing, found, Map.of());
        };
    }

    private Callable<Buffer> dependencies(RoutingContext routing) {
        JaegerParameters parameters = JaegerParameters.ofV1(routing);
        Instant end = JaegerV1Query.time(parameters, "endTs", ChronoUnit.MILLIS);
        Duration lookback = parameters.read(
                text -> Duration.ofMillis(Long.parseLong(text)), "a number of milliseconds", "lookback");
        String service = parameters.text("service");
        Instant to = end == null ? Instant.now() : end;
        Instant from = to.minus(lookback == null ? DEFAULT_LOOKBACK : lookback);
        return () -> {
            JsonArray calls = new JsonArray();
            for (Map.Entry<ServiceCall, Long> call : store.calls(from, to).entrySet()) {
                String parent = call.getKey().parent();
                String child = call.getKey().child();
                if (service == null || service.equals(parent) || service.equals(child)) {
                    calls.add(JsonObject.of("parent", parent, "child", child, "callCount", call.getValue()));
                }
            }
            return envelope(calls, 0, null).toBuffer();
        };
    }

    private static Buffer all(Collection<?> found) {
        return envelope(new JsonArray(List.copyOf(found)), found.size(), null).toBuffer();
    }

    private static JsonObject envelope(JsonArray data, int total, JsonArray errors) {
        return new JsonObject()
                .put("data", data)
                .put("total", total)
                .put("limit", 0)
                .put("offset", 0)
                .put("errors", errors);
    }
}
