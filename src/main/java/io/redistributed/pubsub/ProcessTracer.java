package io.redistributed.pubsub;

import static io.redistributed.pubsub.MessagingAttributes.BODY_SIZE;
import static io.redistributed.pubsub.MessagingAttributes.DELAY;
import static io.redistributed.pubsub.MessagingAttributes.DESTINATION;
import static io.redistributed.pubsub.MessagingAttributes.ENVELOPE_SIZE;
import static io.redistributed.pubsub.MessagingAttributes.ERROR_TYPE;
import static io.redistributed.pubsub.MessagingAttributes.MESSAGE_ID;
import static io.redistributed.pubsub.MessagingAttributes.OPERATION_TYPE;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.redistributed.context.DecodedMessage;
import io.redistributed.redis.ErrorKind;
import io.redistributed.redis.RedisSettings;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalDouble;

/** CONSUMER spans named {@code process <destination>}, by the channel's {@link Relation}, and the consumer's metrics. */
final class ProcessTracer {

    private static final double MICROS = 1e-6;
    private static final double NANOS = 1e-9;

    private final Tracer tracer;
    private final PerDestination<Destination> destinations;
    private final LongCounter consumed;
    private final LongCounter malformed;
    private final DoubleHistogram duration;
    private final DoubleHistogram delay;

    ProcessTracer(OpenTelemetry openTelemetry, RedisSettings server) {
        this.tracer = openTelemetry.getTracer("io.redistributed.pubsub");
        Attributes common = MessagingAttributes.of(server, "process");
        this.destinations = new PerDestination<>(name -> destination(name, common));
        MessagingMetrics metrics = new MessagingMetrics(openTelemetry);
        this.consumed = metrics.messages("messaging.client.consumed.messages", "Messages delivered to the application");
        this.malformed = metrics.messages(
                "redistributed.messages.malformed", "Messages that begin like an envelope and are none");
        this.duration =
                metrics.seconds("messaging.process.duration", "Time in the handler, until its future completes");
        this.delay = metrics.seconds(
                "redistributed.publish_to_process.delay",
                "From the sender's publish to the start of the handler; 0 if the sender's clock is ahead");
    }

    private record Destination(String spanName, Attributes onSpan, Attributes onMetric) {}

    private static Destination destination(String name, Attributes common) {
        Attributes onMetric = common.toBuilder().put(DESTINATION, name).build();
        return new Destination(
                "process " + name,
                onMetric.toBuilder().put(OPERATION_TYPE, "process").build(),
                onMetric);
    }

    Processing start(String name, ChannelPolicy policy, DecodedMessage message) {
        Destination destination = destinations.of(name);
        Attributes attributes = destination.onMetric();
        OptionalDouble delayed = delaySeconds(message);
        SenderContext sender = SenderContext.of(message, policy);
        Context parent = sender.parent(policy.relation());
        Span span =
                switch (policy.relation()) {
                    case PARENT, LINK, BOTH -> start(destination, policy, message, sender, parent, delayed);
                    case PROPAGATE, OFF -> null;
                };
        Context context = span == null ? parent : parent.with(span);
        consumed.add(1, attributes, context);
        if (message.kind() == DecodedMessage.Kind.MALFORMED) {
            malformed.add(1, attributes, context);
        }
        delayed.ifPresent(seconds -> delay.record(seconds, attributes, context));
        return new Processing(context, span == null ? Span.getInvalid() : span, attributes);
    }

    private Span start(
            Destination destination,
            ChannelPolicy policy,
            DecodedMessage message,
            SenderContext sender,
            Context parent,
            OptionalDouble delayed) {
        SpanBuilder builder = tracer.spanBuilder(destination.spanName())
                .setParent(parent)
                .setSpanKind(SpanKind.CONSUMER)
                .setAllAttributes(destination.onSpan())
                .setAttribute(BODY_SIZE, (long) message.bodyLength())
                .setAttribute(ENVELOPE_SIZE, (long) message.bodyOffset() + message.bodyLength());
        if (message.messageId() != null) {
            builder.setAttribute(MESSAGE_ID, message.messageId().toString());
        }
        delayed.ifPresent(seconds -> builder.setAttribute(DELAY, seconds));
        Span span = builder.startSpan();
        if (policy.relation() != Relation.PARENT && sender.span().isValid()) {
            // Not before: samplers may look at links too.
            span.addLink(sender.span());
        }
        return span;
    }

    /** Empty if the sender's time is unknown; never negative, as clocks differ. */
    private static OptionalDouble delaySeconds(DecodedMessage message) {
        if (message.publishedAtMicros() == 0) {
            return OptionalDouble.empty();
        }
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        return OptionalDouble.of(Math.max(0, now - message.publishedAtMicros()) * MICROS);
    }

    /** One message in its handler. */
    final class Processing {

        private final Context context;
        private final Span span;
        private final Attributes attributes;
        private final long startedNanos = System.nanoTime();

        private Processing(Context context, Span span, Attributes attributes) {
            this.context = context;
            this.span = span;
            this.attributes = attributes;
        }

        Context context() {
            return context;
        }

        /** @param failure why the handler failed, or null */
        void end(Throwable failure) {
            Attributes outcome = attributes;
            if (failure != null) {
                String type = ErrorKind.of(failure);
                span.setStatus(StatusCode.ERROR, failure.getMessage() == null ? "" : failure.getMessage())
                        .setAttribute(ERROR_TYPE, type)
                        .recordException(failure);
                outcome = attributes.toBuilder().put(ERROR_TYPE, type).build();
            }
            duration.record((System.nanoTime() - startedNanos) * NANOS, outcome, context);
            span.end();
        }
    }
}
