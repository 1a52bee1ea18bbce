package io.redistributed.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.vertx.core.eventbus.Message;
import io.vertx.core.spi.observability.HttpRequest;
import io.vertx.core.spi.tracing.SpanKind;
import io.vertx.core.spi.tracing.TagExtractor;

/**
 * What a span of Vert.x' starts with, by OpenTelemetry's conventions.
 *
 * @param numbers attributes that are no text: Vert.x' tags are, so these come right after the start
 */
record SpanStart<R>(SpanKind kind, String name, TagExtractor<R> tags, Attributes numbers) {

    /** Of a request that this side sends; of a kind that is not known here, as Vert.x gives it. */
    static <R> SpanStart<R> sending(
            R request, SpanKind kind, String operation, TagExtractor<R> tags, KnownMethods methods) {
        if (request instanceof HttpRequest http) {
            return HttpConventions.sending(http, methods);
        }
        return request instanceof Message<?> message
                ? EventBusConventions.sending(message)
                : new SpanStart<>(kind, operation, tags, Attributes.empty());
    }

    /** Of a request that this side receives, but for HTTP; of a kind that is not known here, as Vert.x gives it. */
    static <R> SpanStart<R> receiving(R request, SpanKind kind, String operation, TagExtractor<R> tags) {
        return request instanceof Message<?> message
                ? EventBusConventions.receiving(message)
                : new SpanStart<>(kind, operation, tags, Attributes.empty());
    }
}
