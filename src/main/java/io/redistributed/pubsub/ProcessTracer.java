package io.redistributed.pubsub;

import static io.redistributed.pubsub.MessagingAttributes.BODY_SIZE;
import static io.redistributed.pubsub.MessagingAttributes.DELAY;
import static io.redistributed.pubsub.MessagingAttributes.DESTINATION;
import static io.redistributed.pubsub.MessagingAttributes.ENVELOPE_SIZE;
import static io.redistributed.pubsub.MessagingAttributes.ERROR_TYPE;
import static io.redistributed.pubsub.MessagingAttributes.MESSAGE_ID;
import static io.redistributed.pubsub.MessagingAttributes.OPERATION_TYPE;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.redistributed.context.DecodedMessage;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.UUID;

/**
 * Starts CONSUMER spans by the channel's {@link Relation} and records the consumer's metrics. Safe to use from any
 * thread.
 */
final class ProcessTracer {

    private static final double MICROS = 1e-6;

    private final TelemetrySettings settings;
    private final PerDestination<Destination> destinations;
    private final LongCounter consumed;
    private final LongCounter malformed;
    private final LongCounter dropped;
    private final DoubleHistogram duration;
    private final DoubleHistogram delay;

    ProcessTracer(TelemetrySettings settings) {
        this.settings = settings;
        Attributes common = settings.common(MessageOperation.PROCESS);
        this.destinations = new PerDestination<>(name -> destination(name, common));
        MessagingMetrics metrics = new MessagingMetrics(settings.meter());
        this.consumed = metrics.messages("messaging.client.consumed.messages", "Messages delivered to the application");
        this.malformed = metrics.messages("redistributed.messages.malformed", "Messages with a malformed envelope");
        this.dropped =
                metrics.messages("redistributed.messages.dropped", "Messages dropped because handlers were too slow");
        this.duration =
                metrics.seconds("messaging.process.duration", "Time in the handler, until its future completes");
        this.delay = metrics.seconds(
                "redistributed.publish_to_process.delay",
                "From the sender's publish to the start of the handler; 0 if the sender's clock is ahead");
    }

    private record Destination(
            String name, String spanName, Attributes onSpan, Attributes onMetric, ChannelPolicy policy) {}

    private Destination destination(String name, Attributes common) {
        Attributes onMetric = common.toBuilder().put(DESTINATION, name).build();
        return new Destination(
                name,
                settings.spanNames().extract(MessageOperation.PROCESS, name),
                onMetric.toBuilder().put(OPERATION_TYPE, "process").build(),
                onMetric,
                settings.policies().of(name));
    }

    ProcessOperation start(String channel, DecodedMessage message) {
        Objects.requireNonNull(channel, "channel");
        Objects.requireNonNull(message, "message");
        Context current = Context.current();
        boolean isRepeated = !message.spanContext().isValid() && ProcessOperation.isUnderWay(current, channel);
        if (isRepeated || !settings.channelFilter().test(channel)) {
            return new ProcessOperation(null, channel, message, current, Span.getInvalid(), Attributes.empty());
        }
        Destination destination = destinations.of(settings.destination().apply(channel));
        ChannelPolicy policy = destination.policy();
        Attributes attributes = destination.onMetric();
        OptionalDouble delayed = delaySeconds(message);
        SenderContext sender = SenderContext.of(message, policy);
        Context parent = sender.parent(policy.relation());
        Span span =
                switch (policy.relation()) {
                    case PARENT, LINK, BOTH -> start(destination, channel, message, sender, parent, delayed);
                    case PROPAGATE, OFF -> null;
                };
        Context context = span == null ? parent : parent.with(span);
        consumed.add(1, attributes, context);
        if (message.kind() == DecodedMessage.Kind.MALFORMED) {
            malformed.add(1, attributes, context);
        }
        delayed.ifPresent(seconds -> delay.record(seconds, attributes, context));
        return new ProcessOperation(
                this, channel, message, context, span == null ? Span.getInvalid() : span, attributes);
    }

    private Span start(
            Destination destination,
            String channel,
            DecodedMessage message,
            SenderContext sender,
            Context parent,
            OptionalDouble delayed) {
        SpanBuilder builder = settings.tracer()
                .spanBuilder(destination.spanName())
                .setParent(parent)
                .setSpanKind(SpanKind.CONSUMER)
                .setAllAttributes(destination.onSpan())
                .setAttribute(BODY_SIZE, (long) message.bodyLength())
                .setAttribute(ENVELOPE_SIZE, (long) message.bodyOffset() + message.bodyLength());
        if (!settings.extractors().isEmpty()) {
            builder.setAllAttributes(
                    settings.extracted(MessageOperation.PROCESS, channel, destination.name(), message.body()));
        }
        UUID id = message.messageId();
        if (id != null) {
            builder.setAttribute(MESSAGE_ID, id.toString());
        }
        delayed.ifPresent(seconds -> builder.setAttribute(DELAY, seconds));
        Span span = builder.startSpan();
        if (destination.policy().relation() != Relation.PARENT && sender.span().isValid()) {
            // Not before the span starts: samplers read links, and the sender must not influence sampling.
            span.addLink(sender.span());
        }
        return span;
    }

    /** Returns the delay since publishing; empty if the sender's time is unknown, 0 if the sender's clock is ahead. */
    private static OptionalDouble delaySeconds(DecodedMessage message) {
        if (message.publishedAtMicros() == 0) {
            return OptionalDouble.empty();
        }
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        return OptionalDouble.of(Math.max(0, now - message.publishedAtMicros()) * MICROS);
    }

    void dropped(String channel) {
        dropped.add(1, destinations.of(settings.destination().apply(channel)).onMetric());
    }

    String errorType(Throwable failure) {
        return settings.errorType().apply(failure);
    }

    /** @param errorType error type, empty if the handler succeeded */
    void record(Attributes attributes, String errorType, double seconds, Context context) {
        Attributes outcome = errorType.isEmpty()
                ? attributes
                : attributes.toBuilder().put(ERROR_TYPE, errorType).build();
        duration.record(seconds, outcome, context);
    }
}
