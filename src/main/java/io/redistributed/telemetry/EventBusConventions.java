package io.redistributed.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.vertx.core.eventbus.Message;
import io.vertx.core.spi.tracing.SpanKind;

/**
 * The messaging conventions for the event bus: PRODUCER {@code send <address>} or {@code publish <address>}, until the
 * reply if one is asked for, and CONSUMER {@code process <address>}. Vert.x has CLIENT and SERVER, both called
 * {@code send}.
 */
final class EventBusConventions {

    private EventBusConventions() {}

    static <R> SpanStart<R> sending(Message<?> message) {
        return start(message, message.isSend() ? "send" : "publish", "send");
    }

    static <R> SpanStart<R> receiving(Message<?> message) {
        return start(message, "process", "process");
    }

    private static <R> SpanStart<R> start(Message<?> message, String operation, String type) {
        Tags<R> tags = new Tags<R>()
                .with("messaging.system", "vertx-eventbus")
                .with("messaging.operation.name", operation)
                .with("messaging.operation.type", type)
                .with("messaging.destination.name", message.address());
        return new SpanStart<>(SpanKind.MESSAGING, operation + ' ' + message.address(), tags, Attributes.empty());
    }
}
