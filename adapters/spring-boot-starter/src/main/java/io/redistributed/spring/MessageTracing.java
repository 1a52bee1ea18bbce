package io.redistributed.spring;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.redistributed.context.DecodedMessage;
import io.redistributed.pubsub.ProcessOperation;
import io.redistributed.pubsub.PublishOperation;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import java.nio.ByteBuffer;

/** Starts the operations of messages and makes their spans current, also in the program's tracer. */
final class MessageTracing {

    private final RedisPubSubTelemetry telemetry;
    private final CurrentTrace currentTrace;

    MessageTracing(RedisPubSubTelemetry telemetry, CurrentTrace currentTrace) {
        this.telemetry = telemetry;
        this.currentTrace = currentTrace;
    }

    static String name(byte[] channel) {
        return new String(channel, UTF_8);
    }

    static String name(ByteBuffer channel) {
        return UTF_8.decode(channel.slice()).toString();
    }

    boolean isTraced(String channel) {
        return telemetry.isTraced(channel);
    }

    PublishOperation publish(String channel, ByteBuffer body) {
        try (Scope scope = currentTrace.beforePublish()) {
            return telemetry.startPublish(channel, body);
        }
    }

    ProcessOperation process(String channel, DecodedMessage message) {
        return telemetry.startProcess(channel, message);
    }

    DecodedMessage decode(String channel, ByteBuffer message) {
        return telemetry.decode(channel, message);
    }

    Scope enter(PublishOperation operation) {
        return currentTrace.enter(contextOf(operation.makeCurrent()));
    }

    Scope enter(ProcessOperation operation) {
        return currentTrace.enter(contextOf(operation.makeCurrent()));
    }

    /** Returns the context of a scope and closes the scope, as a tracer may need to open it in its own way. */
    private static Context contextOf(Scope opened) {
        try (opened) {
            return Context.current();
        }
    }
}
