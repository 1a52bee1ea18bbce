package io.redistributed.redis;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.function.Supplier;

/**
 * CLIENT spans of Redis commands, by OpenTelemetry's database conventions. Only under a parent: what the queue does by
 * itself, beats and the like, would make a trace of one span each, every two seconds.
 */
final class CommandSpans {

    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("db.system.name");
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("db.operation.name");
    private static final AttributeKey<String> PROCEDURE = AttributeKey.stringKey("db.stored_procedure.name");
    private static final AttributeKey<String> STATUS_CODE = AttributeKey.stringKey("db.response.status_code");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    private final Tracer tracer;

    private volatile Attributes server = Attributes.empty();

    CommandSpans(OpenTelemetry openTelemetry) {
        this.tracer = openTelemetry.getTracer("io.redistributed.redis");
    }

    /** From now on commands go there. */
    void connectedTo(RedisUrl url) {
        server = Attributes.builder()
                .put(SYSTEM, "redis")
                .put("server.address", url.host())
                .put("server.port", url.portOrDefault())
                .build();
    }

    /**
     * Makes the call within a span.
     *
     * @param script name of the script, or null for a plain command
     */
    Future<Response> trace(String operation, String script, Supplier<Future<Response>> call) {
        Context parent = Context.current();
        if (!Span.fromContext(parent).getSpanContext().isValid()) {
            return call.get();
        }
        Span span = tracer.spanBuilder(script == null ? operation : operation + " " + script)
                .setParent(parent)
                .setSpanKind(SpanKind.CLIENT)
                .setAllAttributes(server)
                .setAttribute(OPERATION, operation)
                .startSpan();
        if (script != null) {
            span.setAttribute(PROCEDURE, script);
        }
        return call.get().onComplete(reply -> {
            if (reply.failed()) {
                failed(span, reply.cause());
            }
            span.end();
        });
    }

    private static void failed(Span span, Throwable cause) {
        span.setStatus(StatusCode.ERROR, cause.getMessage() == null ? "" : cause.getMessage());
        if (cause instanceof Response error && error.type() == ResponseType.ERROR) {
            String code = String.valueOf(cause.getMessage()).split(" ", 2)[0];
            span.setAttribute(STATUS_CODE, code);
            span.setAttribute(ERROR_TYPE, code);
        } else {
            span.setAttribute(ERROR_TYPE, cause.getClass().getName());
        }
    }
}
