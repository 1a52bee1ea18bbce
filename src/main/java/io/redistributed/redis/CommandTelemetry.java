package io.redistributed.redis;

import io.netty.util.NetUtil;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Records spans and durations of Redis commands by OpenTelemetry's database conventions. {@code server.*} is the first
 * endpoint of the settings, which does not change in a failover. {@code network.peer.*} on spans is the node that
 * received the command, if its IP address is known. {@code db.namespace} is the database of the connection.
 *
 * <p>Commands get a CLIENT span only under a parent. Heartbeats and other background commands would otherwise start
 * traces of one span.
 */
final class CommandTelemetry {

    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("db.system.name");
    private static final AttributeKey<String> NAMESPACE = AttributeKey.stringKey("db.namespace");
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("db.operation.name");
    private static final AttributeKey<String> PROCEDURE = AttributeKey.stringKey("db.stored_procedure.name");
    private static final AttributeKey<Long> BATCH_SIZE = AttributeKey.longKey("db.operation.batch.size");
    private static final AttributeKey<String> STATUS_CODE = AttributeKey.stringKey("db.response.status_code");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    /** In seconds, as the conventions advise. */
    private static final List<Double> BUCKETS = List.of(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0);

    private static final double NANOS = 1e-9;

    private final Attributes server;
    private final Tracer tracer;
    private final DoubleHistogram duration;

    /** Attributes by span name, built once and reused. */
    private final Map<String, Call> calls = new ConcurrentHashMap<>();

    private volatile String database = "0";
    private volatile Attributes peer = Attributes.empty();

    private record Call(String name, Attributes onSpan, Attributes onMetric) {}

    CommandTelemetry(OpenTelemetry openTelemetry, RedisSettings settings) {
        this.server = server(settings);
        this.tracer = openTelemetry.getTracer("io.redistributed.redis");
        this.duration = openTelemetry
                .getMeter("io.redistributed.redis")
                .histogramBuilder("db.client.operation.duration")
                .setDescription("Duration of database client operations")
                .setUnit("s")
                .setExplicitBucketBoundariesAdvice(BUCKETS)
                .build();
    }

    /** Sets the server that receives commands from now on. */
    void connectedTo(RedisUrl url) {
        database = url.database();
        peer = NetUtil.isValidIpV4Address(url.address()) || NetUtil.isValidIpV6Address(url.address())
                ? Attributes.builder()
                        .put("network.peer.address", url.address())
                        .put("network.peer.port", url.portOrDefault())
                        .build()
                : Attributes.empty();
        calls.clear();
    }

    /**
     * Runs a call that pipelines {@code size} commands within a span.
     *
     * @param operation common operation of the commands, or empty
     */
    <T> Future<T> traceBatch(String operation, long size, Supplier<Future<T>> call) {
        String name = ("PIPELINE " + operation).strip();
        return trace(call(name, null), Attributes.of(BATCH_SIZE, size), List.of(Context.current()), call);
    }

    /**
     * Runs one call on behalf of several callers, each of which gets a span.
     *
     * @param script name of the script, or null for a plain command
     * @param parents contexts whose spans, if any, get a child span
     */
    Future<Response> traceShared(
            String operation, @Nullable String script, List<Context> parents, Supplier<Future<Response>> call) {
        Attributes more = parents.size() > 1 ? Attributes.of(BATCH_SIZE, (long) parents.size()) : Attributes.empty();
        return trace(call(operation, script), more, parents, call);
    }

    private <T> Future<T> trace(Call kind, Attributes more, List<Context> parents, Supplier<Future<T>> call) {
        long started = System.nanoTime();
        List<Span> spans = new ArrayList<>(parents.size());
        for (Context parent : parents) {
            if (Span.fromContext(parent).getSpanContext().isValid()) {
                spans.add(tracer.spanBuilder(kind.name())
                        .setParent(parent)
                        .setSpanKind(SpanKind.CLIENT)
                        .setAllAttributes(kind.onSpan())
                        .setAllAttributes(more)
                        .startSpan());
            }
        }
        Context first = spans.isEmpty() ? Context.root() : spans.get(0).storeInContext(parents.get(0));
        return call.get().onComplete(reply -> {
            Attributes attributes = kind.onMetric();
            if (reply.failed()) {
                Attributes failure = failure(spans, reply.cause());
                attributes = attributes.toBuilder().putAll(failure).build();
            }
            duration.record((System.nanoTime() - started) * NANOS, attributes, first);
            spans.forEach(Span::end);
        });
    }

    private Call call(String operation, @Nullable String script) {
        return calls.computeIfAbsent(
                script == null ? operation : operation + ' ' + script, name -> call(name, operation, script));
    }

    private Call call(String name, String operation, @Nullable String script) {
        AttributesBuilder attributes =
                server.toBuilder().put(NAMESPACE, database).put(OPERATION, operation);
        if (script != null) {
            attributes.put(PROCEDURE, script);
        }
        Attributes onMetric = attributes.build();
        return new Call(name, onMetric.toBuilder().putAll(peer).build(), onMetric);
    }

    private static Attributes failure(List<Span> spans, Throwable cause) {
        Attributes type = Attributes.of(ERROR_TYPE, ErrorKind.of(cause));
        String code = RedisErrorClass.code(cause);
        Attributes failure =
                code.isEmpty() ? type : type.toBuilder().put(STATUS_CODE, code).build();
        String message = cause.getMessage() == null ? "" : cause.getMessage();
        spans.forEach(span -> span.setStatus(StatusCode.ERROR, message).setAllAttributes(failure));
        return failure;
    }

    /** The conventions leave out the default port. */
    private static Attributes server(RedisSettings settings) {
        AttributesBuilder server = Attributes.builder().put(SYSTEM, "redis").put("server.address", settings.host());
        if (settings.port() > 0 && settings.port() != RedisUrl.DEFAULT_PORT) {
            server.put("server.port", settings.port());
        }
        return server.build();
    }
}
