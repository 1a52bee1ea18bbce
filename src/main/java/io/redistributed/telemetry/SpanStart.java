package io.redistributed.telemetry;

import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.redistributed.vertx.server.SentRequest;
import io.vertx.core.eventbus.Message;
import io.vertx.core.spi.tracing.SpanKind;
import io.vertx.core.spi.tracing.TagExtractor;

/** The initial name, kind and attributes of a Vert.x span by OpenTelemetry's conventions; unknown operations keep Vert.x' values. */
final class SpanStart {

    private SpanStart() {}

    static <R> SpanBuilder sending(
            Tracer tracer, R request, SpanKind kind, String operation, TagExtractor<R> tags, KnownMethods methods) {
        SentRequest http = SentRequest.of(request);
        if (http != null) {
            return HttpConventions.sending(tracer, http, methods);
        }
        return request instanceof Message<?> message
                ? EventBusConventions.sending(tracer, message)
                : other(tracer, request, operation, tags)
                        .setSpanKind(
                                kind == SpanKind.RPC
                                        ? io.opentelemetry.api.trace.SpanKind.CLIENT
                                        : io.opentelemetry.api.trace.SpanKind.PRODUCER);
    }

    /** Requests other than HTTP, for which see {@link HttpConventions#receiving}. */
    static <R> SpanBuilder receiving(Tracer tracer, R request, SpanKind kind, String operation, TagExtractor<R> tags) {
        return request instanceof Message<?> message
                ? EventBusConventions.receiving(tracer, message)
                : other(tracer, request, operation, tags)
                        .setSpanKind(
                                kind == SpanKind.RPC
                                        ? io.opentelemetry.api.trace.SpanKind.SERVER
                                        : io.opentelemetry.api.trace.SpanKind.CONSUMER);
    }

    private static <R> SpanBuilder other(Tracer tracer, R request, String operation, TagExtractor<R> tags) {
        SpanBuilder span = tracer.spanBuilder(operation);
        tags.extractTo(request, span::setAttribute);
        return span;
    }
}
