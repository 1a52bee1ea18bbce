package io.redistributed.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.vertx.core.eventbus.Message;

/**
 * Creates event bus spans by the messaging conventions: PRODUCER {@code send <address>} or {@code publish <address>}, which lasts until the reply of a request, and CONSUMER {@code process <address>}. Vert.x alone creates CLIENT and SERVER spans, both named {@code send}.
 */
final class EventBusConventions {

    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("messaging.operation.name");
    private static final AttributeKey<String> OPERATION_TYPE = AttributeKey.stringKey("messaging.operation.type");
    private static final AttributeKey<String> DESTINATION = AttributeKey.stringKey("messaging.destination.name");

    private EventBusConventions() {}

    static SpanBuilder sending(Tracer tracer, Message<?> message) {
        return span(tracer, message, message.isSend() ? "send" : "publish", "send")
                .setSpanKind(SpanKind.PRODUCER);
    }

    static SpanBuilder receiving(Tracer tracer, Message<?> message) {
        return span(tracer, message, "process", "process").setSpanKind(SpanKind.CONSUMER);
    }

    private static SpanBuilder span(Tracer tracer, Message<?> message, String operation, String type) {
        return tracer.spanBuilder(operation + ' ' + message.address())
                .setAttribute(SYSTEM, "vertx-eventbus")
                .setAttribute(OPERATION, operation)
                .setAttribute(OPERATION_TYPE, type)
                .setAttribute(DESTINATION, message.address());
    }
}
