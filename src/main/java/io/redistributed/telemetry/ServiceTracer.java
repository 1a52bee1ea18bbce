package io.redistributed.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.context.Scope;
import io.redistributed.settings.Settings;
import io.redistributed.vertx.internal.VertxInternals;
import io.redistributed.vertx.server.ReceivedRequest;
import io.vertx.core.Context;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.tracing.SpanKind;
import io.vertx.core.spi.tracing.TagExtractor;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.tracing.opentelemetry.HeadersPropagatorGetter;
import io.vertx.tracing.opentelemetry.HeadersPropagatorSetter;
import java.io.IOException;
import java.util.Map;
import java.util.Map.Entry;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** Implements the tracer of {@link ServiceTracerFactory}. */
final class ServiceTracer implements VertxTracer<ServiceTracer.Received, Span> {

    private static final RequestHeaders REQUEST_HEADERS = new RequestHeaders();
    private static final HeadersPropagatorGetter HEADERS = new HeadersPropagatorGetter();
    private static final HeadersPropagatorSetter SETTER = new HeadersPropagatorSetter();

    private final Telemetry telemetry;
    private final Predicate<ReceivedRequest> traced;
    private final KnownMethods methods;
    private final Map<String, TracedService> services = new ConcurrentHashMap<>();

    ServiceTracer(Telemetry telemetry, Predicate<ReceivedRequest> traced, KnownMethods methods) {
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
        ServedRequest served = null;
        io.opentelemetry.context.Context parent;
        boolean isTraced = true;
        ReceivedRequest http = ReceivedRequest.of(request);
        if (http != null) {
            served = new ServedRequest(http, methods);
            parent = io.opentelemetry.context.Context.root().with(served);
            isTraced = traced.test(http);
            parent = isTraced ? service.propagator().extract(parent, http.headers(), REQUEST_HEADERS) : parent;
        } else {
            parent = service.propagator().extract(VertxInternals.trace(context), headers, HEADERS);
        }
        isTraced &= policy == TracingPolicy.ALWAYS || Span.fromContextOrNull(parent) != null;
        if (!isTraced && served == null) {
            return null;
        }
        Span span = Span.getInvalid();
        if (isTraced) {
            SpanBuilder start = http != null
                    ? HttpConventions.receiving(service.tracer(), http, methods)
                    : SpanStart.receiving(service.tracer(), request, kind, operation, tags);
            span = start.setParent(parent).startSpan();
            parent = parent.with(span);
        }
        return new Received(service, span, VertxInternals.attach(context, parent), served);
    }

    @Override
    public <R> void sendResponse(
            Context context, R response, Received received, Throwable failure, TagExtractor<R> tags) {
        if (received != null) {
            received.end(response, failure, tags);
        }
    }

    @Override
    public <R> Span sendRequest(
            Context context,
            SpanKind kind,
            TracingPolicy policy,
            R request,
            String operation,
            BiConsumer<String, String> headers,
            TagExtractor<R> tags) {
        // Without a Vert.x context the service is unknown.
        if (context == null || policy == TracingPolicy.IGNORE) {
            return null;
        }
        io.opentelemetry.context.Context parent = VertxInternals.trace(context);
        if (policy == TracingPolicy.PROPAGATE
                && !Span.fromContext(parent).getSpanContext().isValid()) {
            return null;
        }
        TracedService service = service(context);
        Span span = SpanStart.sending(service.tracer(), request, kind, operation, tags, methods)
                .setParent(parent)
                .startSpan();
        service.propagator().inject(parent.with(span), headers, SETTER);
        return span;
    }

    @Override
    public <R> void receiveResponse(Context context, R response, Span sent, Throwable failure, TagExtractor<R> tags) {
        if (sent != null) {
            RequestOutcome.ofClient(response, failure).end(sent, response, failure, tags);
        }
    }

    private TracedService service(Context context) {
        JsonObject config = context.config();
        JsonObject node = config == null ? null : config.getJsonObject(Settings.NODE);
        String service =
                node == null ? Telemetry.REPORT_GENERATOR : node.getString("service", Telemetry.REPORT_GENERATOR);
        return services.computeIfAbsent(service, name -> new TracedService(telemetry.service(name)));
    }

    /** A request in progress. */
    static final class Received {

        private final TracedService service;
        private final Span span;
        private final Scope scope;
        private final ServedRequest served;
        private boolean ended;

        /**
         * @param span invalid if the request has no span
         * @param served null for other than HTTP
         */
        Received(TracedService service, Span span, Scope scope, ServedRequest served) {
            this.service = service;
            this.span = span;
            this.scope = scope;
            this.served = served;
        }

        /** Over HTTP/2, Vert.x calls this for the first head of a response, which can be an interim one (100). */
        <R> void end(R response, Throwable failure, TagExtractor<R> tags) {
            if (served != null && failure != null && !isDisconnect(failure)) {
                // A malformed body: the response follows, or else the end of the connection.
                return;
            }
            if (failure == null && served != null && served.responseEnd() != null) {
                served.responseEnd().onSuccess(sent -> finish(served.response(), null, TagExtractor.empty()));
            } else {
                finish(response, failure, tags);
            }
        }

        private static boolean isDisconnect(Throwable failure) {
            return failure instanceof HttpClosedException || failure instanceof IOException;
        }

        /** Runs once: Vert.x reports a broken connection for the request and for the response. */
        private <R> void finish(R response, Throwable failure, TagExtractor<R> tags) {
            if (ended) {
                return;
            }
            ended = true;
            RequestOutcome outcome = RequestOutcome.ofServer(response, failure);
            if (served != null) {
                service.served(served, outcome.attributes(), span);
            }
            outcome.end(span, response, failure, tags);
            // The context belongs to this request only and keeps the span, because work may continue
            // in this trace after the client disconnects.
            if (served == null) {
                scope.close();
            }
        }
    }
}
