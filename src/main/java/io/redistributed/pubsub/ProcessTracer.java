package io.redistributed.pubsub;

import static io.redistributed.pubsub.MessagingAttributes.BODY_SIZE;
import static io.redistributed.pubsub.MessagingAttributes.DELAY;
import static io.redistributed.pubsub.MessagingAttributes.DESTINATION;
import static io.redistributed.pubsub.MessagingAttributes.ENVELOPE_SIZE;
import static io.redistributed.pubsub.MessagingAttributes.ERROR_TYPE;
import static io.redistributed.pubsub.MessagingAttributes.MESSAGE_ID;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.redistributed.context.DecodedMessage;
import io.redistributed.redis.RedisSettings;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** CONSUMER spans named {@code process <destination>}, by the channel's {@link Relation}, and the consumer's metrics. */
final class ProcessTracer {

    private static final double MICROS = 1e-6;
    private static final double NANOS = 1e-9;

    private final Tracer tracer;
    private final Attributes common;
    private final LongCounter consumed;
    private final LongCounter malformed;
    private final DoubleHistogram duration;
    private final DoubleHistogram delay;

    ProcessTracer(OpenTelemetry openTelemetry, RedisSettings server) {
        this.tracer = openTelemetry.getTracer("io.redistributed.pubsub");
        this.common = MessagingAttributes.of(server, "process", "process");
        Meter meter = openTelemetry.getMeter("io.redistributed.pubsub");
        this.consumed = meter.counterBuilder("messaging.client.consumed.messages")
                .setDescription("Messages delivered to the application")
                .setUnit("{message}")
                .build();
        this.malformed = meter.counterBuilder("redistributed.messages.malformed")
                .setDescription("Messages that begin like an envelope and are none")
                .setUnit("{message}")
                .build();
        this.duration = meter.histogramBuilder("messaging.process.duration")
                .setDescription("Time in the handler, until its future completes")
                .setUnit("s")
                .build();
        this.delay = meter.histogramBuilder("redistributed.publish_to_process.delay")
                .setDescription("From the sender's publish to the start of the handler; 0 if clocks disagree")
                .setUnit("s")
                .build();
    }

    Processing start(String destination, Relation relation, DecodedMessage message) {
        Attributes attributes = common.toBuilder().put(DESTINATION, destination).build();
        consumed.add(1, attributes);
        if (message.kind() == DecodedMessage.Kind.MALFORMED) {
            malformed.add(1, attributes);
        }
        if (message.publishedAtMicros() > 0) {
            delay.record(delaySeconds(message), attributes);
        }
        Context parent =
                switch (relation) {
                    case PARENT, BOTH, PROPAGATE -> message.extractInto(Context.root());
                    case LINK, OFF -> Context.root();
                };
        if (relation == Relation.PROPAGATE || relation == Relation.OFF) {
            return new Processing(parent, Span.getInvalid(), attributes);
        }
        SpanBuilder builder = tracer.spanBuilder("process " + destination)
                .setParent(parent)
                .setSpanKind(SpanKind.CONSUMER)
                .setAllAttributes(attributes)
                .setAttribute(BODY_SIZE, (long) message.bodyLength())
                .setAttribute(ENVELOPE_SIZE, (long) message.bodyOffset() + message.bodyLength());
        SpanContext sender = message.spanContext();
        if (relation != Relation.PARENT && sender.isValid()) {
            builder.addLink(sender);
        }
        if (message.messageId() != null) {
            builder.setAttribute(MESSAGE_ID, message.messageId().toString());
        }
        if (message.publishedAtMicros() > 0) {
            builder.setAttribute(DELAY, delaySeconds(message));
        }
        Span span = builder.startSpan();
        return new Processing(parent.with(span), span, attributes);
    }

    private static double delaySeconds(DecodedMessage message) {
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        return Math.max(0, now - message.publishedAtMicros()) * MICROS;
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
                String type = failure.getClass().getName();
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
