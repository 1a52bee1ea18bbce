package io.redistributed.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.redistributed.settings.Settings;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.tracing.SpanKind;
import io.vertx.core.spi.tracing.TagExtractor;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.tracing.opentelemetry.Operation;
import io.vertx.tracing.opentelemetry.VertxContextStorageProvider.VertxContextStorage;
import java.util.Map;
import java.util.Map.Entry;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** See {@link ServiceTracerFactory}. */
final class ServiceTracer implements VertxTracer<ServiceTracer.Received, ServiceTracer.Sent> {

    private final Telemetry telemetry;
    private final Predicate<HttpServerRequest> traced;
    private final KnownMethods methods;
    private final Map<String, TracedService> services = new ConcurrentHashMap<>();

    ServiceTracer(Telemetry telemetry, Predicate<HttpServerRequest> traced, KnownMethods methods) {
        this.telemetry = telemetry;
        this.traced = traced;
        this.methods = methods;
    }

    @Override
    public <R> Received receiveRequest(
            Context context,
            SpanKind kind,
            TracingPolicy policy,
            R request,
            String operation,
            Iterable<Entry<String, String>> headers,
            TagExtractor<R> tags) {
        if (policy == TracingPolicy.IGNORE) {
            return null;
        }
        TracedService service = service(context);
        if (request instanceof HttpServerRequest http) {
            ServedRequest served = new ServedRequest(http, methods);
            // Before the span, whose context is made of what is there.
            VertxContextStorage.INSTANCE.attach(
                    (ContextInternal) context,
                    io.opentelemetry.context.Context.root().with(served));
            Operation started = traced.test(http)
                    ? start(
                            service,
                            context,
                            policy,
                            request,
                            PropagationHeaders.once(headers),
                            HttpConventions.receiving(http, methods))
                    : null;
            return new Received(service, started, served);
        }
        Operation started =
                start(service, context, policy, request, headers, SpanStart.receiving(request, kind, operation, tags));
        return started == null ? null : new Received(service, started, null);
    }

    private static <R> Operation start(
            TracedService service,
            Context context,
            TracingPolicy policy,
            R request,
            Iterable<Entry<String, String>> headers,
            SpanStart<R> start) {
        Operation started = service.tracer()
                .receiveRequest(context, start.kind(), policy, request, start.name(), headers, start.tags());
        if (started != null) {
            started.span().setAllAttributes(start.numbers());
        }
        return started;
    }

    @Override
    public <R> void sendResponse(
            Context context, R response, Received received, Throwable failure, TagExtractor<R> tags) {
        if (received != null) {
            received.end(context, response, failure, tags);
        }
    }

    @Override
    public <R> Sent sendRequest(
            Context context,
            SpanKind kind,
            TracingPolicy policy,
            R request,
            String operation,
            BiConsumer<String, String> headers,
            TagExtractor<R> tags) {
        // Off a Vert.x context there is no service to ask for, and Vert.x' tracer would fail.
        if (context == null || policy != TracingPolicy.ALWAYS && !hasTrace((ContextInternal) context)) {
            return null;
        }
        VertxTracer<Operation, Operation> tracer = service(context).tracer();
        SpanStart<R> start = SpanStart.sending(request, kind, operation, tags, methods);
        Operation started =
                tracer.sendRequest(context, start.kind(), policy, request, start.name(), headers, start.tags());
        if (started == null) {
            return null;
        }
        started.span().setAllAttributes(start.numbers());
        return new Sent(tracer, started);
    }

    @Override
    public <R> void receiveResponse(Context context, R response, Sent sent, Throwable failure, TagExtractor<R> tags) {
        if (sent != null) {
            RequestOutcome.ofClient(response, failure).putOn(sent.operation.span());
            TagExtractor<R> others = RequestOutcome.otherTags(response, tags);
            sent.tracer.receiveResponse(context, response, sent.operation, failure, others);
        }
    }

    /** Vert.x' tracer asks for a context of OpenTelemetry's alone, which a request without a span has too. */
    private static boolean hasTrace(ContextInternal context) {
        ContextInternal previous = context.beginDispatch();
        try {
            return Span.current().getSpanContext().isValid();
        } finally {
            context.endDispatch(previous);
        }
    }

    private TracedService service(Context context) {
        JsonObject config = context.config();
        JsonObject node = config == null ? null : config.getJsonObject(Settings.NODE);
        String service =
                node == null ? Telemetry.REPORT_GENERATOR : node.getString("service", Telemetry.REPORT_GENERATOR);
        return services.computeIfAbsent(service, name -> new TracedService(telemetry.service(name)));
    }

    /** A span that Vert.x' tracer has started. */
    record Sent(VertxTracer<Operation, Operation> tracer, Operation operation) {}

    /** A request in work. */
    static final class Received {

        private final TracedService service;
        private final Operation operation;
        private final ServedRequest served;
        private boolean ended;

        /**
         * @param operation null if it has no span
         * @param served null if it is not HTTP
         */
        Received(TracedService service, Operation operation, ServedRequest served) {
            this.service = service;
            this.operation = operation;
            this.served = served;
        }

        /** Once only: a connection that breaks down is told of for the request and for the response. */
        <R> void end(Context context, R response, Throwable failure, TagExtractor<R> tags) {
            if (ended) {
                return;
            }
            ended = true;
            RequestOutcome outcome = RequestOutcome.ofServer(response, failure);
            Span span = operation == null ? Span.getInvalid() : operation.span();
            outcome.putOn(span);
            if (served != null) {
                service.served(served, outcome.attributes(), span);
            }
            if (operation != null) {
                TagExtractor<R> others = RequestOutcome.otherTags(response, tags);
                // A request keeps its context, which no other has: its client may leave while it is worked on, and what
                // still comes of it is of its trace.
                Operation ending = served == null ? operation : new Operation(span, Scope.noop());
                service.tracer().sendResponse(context, response, ending, failure, others);
            }
        }
    }
}
