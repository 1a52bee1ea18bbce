package io.redistributed.pubsub;

import static io.redistributed.pubsub.MessagingAttributes.BODY_SIZE;
import static io.redistributed.pubsub.MessagingAttributes.DESTINATION;
import static io.redistributed.pubsub.MessagingAttributes.ENVELOPE_SIZE;
import static io.redistributed.pubsub.MessagingAttributes.MESSAGE_ID;
import static io.redistributed.pubsub.MessagingAttributes.OPERATION_TYPE;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.redistributed.context.MessageContext;
import io.redistributed.context.TraceCodec;
import io.redistributed.context.WireFormat;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Starts PRODUCER spans, writes the headers that carry them, and records the producer's metrics. Safe to use from any
 * thread.
 */
final class PublishTracer {

    private static final String OPERATION = "send";
    private static final byte[] NOTHING = {};

    private final TelemetrySettings settings;
    private final PerDestination<Destination> destinations;
    private final LongCounter sent;
    private final DoubleHistogram duration;

    PublishTracer(TelemetrySettings settings) {
        this.settings = settings;
        Attributes common = settings.common(MessageOperation.PUBLISH);
        this.destinations = new PerDestination<>(name -> destination(name, common));
        MessagingMetrics metrics = new MessagingMetrics(settings.meter());
        this.sent = metrics.messages("messaging.client.sent.messages", "Messages that producers tried to publish");
        this.duration = metrics.seconds(
                "messaging.client.operation.duration", "Time to publish a message, until Redis has answered");
    }

    /** @param spanName span name, null if the channel's messages have no span */
    record Destination(
            String name, @Nullable String spanName, Attributes onSpan, Attributes onCounter, WireFormat format) {}

    private Destination destination(String name, Attributes common) {
        Attributes onCounter = common.toBuilder().put(DESTINATION, name).build();
        Attributes onSpan = onCounter.toBuilder().put(OPERATION_TYPE, OPERATION).build();
        ChannelPolicy policy = settings.policies().of(name);
        boolean isOff = policy.write() == WireFormat.NONE && policy.relation() == Relation.OFF;
        String spanName = isOff ? null : settings.spanNames().extract(MessageOperation.PUBLISH, name);
        return new Destination(name, spanName, onSpan, onCounter, policy.write());
    }

    PublishOperation start(String channel, int bodySize) {
        return start(channel, bodySize, null);
    }

    /** @param body body, from position 0 to its limit */
    PublishOperation start(String channel, ByteBuffer body) {
        return start(channel, body.limit(), body);
    }

    private PublishOperation start(String channel, int bodySize, @Nullable ByteBuffer body) {
        Objects.requireNonNull(channel, "channel");
        Context parent = Context.current();
        if (!settings.channelFilter().test(channel) || PublishOperation.isUnderWay(parent, channel)) {
            return new PublishOperation(null, null, channel, parent, Span.getInvalid(), NOTHING, body);
        }
        Destination destination = destinations.of(settings.destination().apply(channel));
        if (destination.spanName() == null) {
            return new PublishOperation(this, destination, channel, parent, Span.getInvalid(), NOTHING, body);
        }
        SpanBuilder builder = settings.tracer()
                .spanBuilder(destination.spanName())
                .setParent(parent)
                .setSpanKind(SpanKind.PRODUCER)
                .setAllAttributes(destination.onSpan())
                .setAllAttributes(settings.extracted(MessageOperation.PUBLISH, channel, destination.name(), body))
                .setAttribute(BODY_SIZE, (long) bodySize);
        Span span = builder.startSpan();
        Context context = parent.with(span);
        byte[] header = body != null && TraceCodec.isTraced(body) ? NOTHING : header(destination, span, context);
        span.setAttribute(ENVELOPE_SIZE, (long) header.length + bodySize);
        return new PublishOperation(this, destination, channel, context, span, header, body);
    }

    private static byte[] header(Destination destination, Span span, Context context) {
        if (destination.format() == WireFormat.NONE) {
            return NOTHING;
        }
        if (destination.format() == WireFormat.BINARY) {
            return TraceCodec.header(WireFormat.BINARY, MessageContext.of(context));
        }
        MessageContext message = MessageContext.now(context);
        UUID id = message.messageId();
        if (id != null) {
            span.setAttribute(MESSAGE_ID, id.toString());
        }
        return TraceCodec.header(destination.format(), message);
    }

    String errorType(Throwable failure) {
        return settings.errorType().apply(failure);
    }

    /** @param outcome attributes of metrics in addition to the destination */
    void record(Destination destination, Attributes outcome, double seconds, Context context) {
        sent.add(1, with(outcome, destination.onCounter()), context);
        duration.record(seconds, with(outcome, destination.onSpan()), context);
    }

    private static Attributes with(Attributes outcome, Attributes known) {
        return outcome.isEmpty() ? known : known.toBuilder().putAll(outcome).build();
    }
}
