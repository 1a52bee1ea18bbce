package io.redistributed.telemetry;

import io.redistributed.settings.Settings;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.tracing.SpanKind;
import io.vertx.core.spi.tracing.TagExtractor;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.tracing.opentelemetry.OpenTelemetryTracingFactory;
import io.vertx.tracing.opentelemetry.Operation;
import java.util.Map;
import java.util.Map.Entry;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** See {@link ServiceTracerFactory}. */
final class ServiceTracer implements VertxTracer<ServiceTracer.Traced, ServiceTracer.Traced> {

    /** A span that Vert.x' tracer has started, and that tracer. */
    record Traced(VertxTracer<Operation, Operation> tracer, Operation operation) {}

    private final Telemetry telemetry;
    private final Predicate<HttpServerRequest> traced;
    private final Map<String, VertxTracer<Operation, Operation>> tracers = new ConcurrentHashMap<>();

    ServiceTracer(Telemetry telemetry, Predicate<HttpServerRequest> traced) {
        this.telemetry = telemetry;
        this.traced = traced;
    }

    @Override
    public <R> Traced receiveRequest(
            Context context,
            SpanKind kind,
            TracingPolicy policy,
            R request,
            String operation,
            Iterable<Entry<String, String>> headers,
            TagExtractor<R> tags) {
        if (request instanceof HttpServerRequest http && !traced.test(http)) {
            return null;
        }
        VertxTracer<Operation, Operation> tracer = tracer(context);
        Operation started = tracer.receiveRequest(
                context, kind, policy, request, operation, headers, HttpTags.ofRequest(request, tags));
        if (started == null) {
            return null;
        }
        HttpTags.numbersOfRequest(started.span(), request);
        return new Traced(tracer, started);
    }

    @Override
    public <R> void sendResponse(
            Context context, R response, Traced received, Throwable failure, TagExtractor<R> tags) {
        if (received != null) {
            HttpTags.outcome(received.operation.span(), response, failure, tags, HttpTags.SERVER_ERRORS);
            received.tracer.sendResponse(context, response, received.operation, failure, HttpTags.ofResponse(tags));
        }
    }

    @Override
    public <R> Traced sendRequest(
            Context context,
            SpanKind kind,
            TracingPolicy policy,
            R request,
            String operation,
            BiConsumer<String, String> headers,
            TagExtractor<R> tags) {
        // Off a Vert.x context there is no service to ask for, and Vert.x' tracer would fail.
        if (context == null) {
            return null;
        }
        VertxTracer<Operation, Operation> tracer = tracer(context);
        Operation started = tracer.sendRequest(context, kind, policy, request, operation, headers, tags);
        return started == null ? null : new Traced(tracer, started);
    }

    @Override
    public <R> void receiveResponse(Context context, R response, Traced sent, Throwable failure, TagExtractor<R> tags) {
        if (sent != null) {
            HttpTags.outcome(sent.operation.span(), response, failure, tags, HttpTags.CLIENT_ERRORS);
            sent.tracer.receiveResponse(context, response, sent.operation, failure, HttpTags.ofResponse(tags));
        }
    }

    private VertxTracer<Operation, Operation> tracer(Context context) {
        JsonObject config = context.config();
        JsonObject node = config == null ? null : config.getJsonObject(Settings.NODE);
        String service =
                node == null ? Telemetry.REPORT_GENERATOR : node.getString("service", Telemetry.REPORT_GENERATOR);
        return tracers.computeIfAbsent(service, this::create);
    }

    // The class behind the factory is not public, its span type is.
    @SuppressWarnings("unchecked")
    private VertxTracer<Operation, Operation> create(String service) {
        return (VertxTracer<Operation, Operation>)
                new OpenTelemetryTracingFactory(telemetry.service(service)).tracer(null);
    }
}
