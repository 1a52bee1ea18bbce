package io.redistributed.pubsub;

import static io.redistributed.pubsub.MessagingAttributes.BODY_SIZE;
import static io.redistributed.pubsub.MessagingAttributes.DESTINATION;
import static io.redistributed.pubsub.MessagingAttributes.ENVELOPE_SIZE;
import static io.redistributed.pubsub.MessagingAttributes.ERROR_TYPE;
import static io.redistributed.pubsub.MessagingAttributes.MESSAGE_ID;
import static io.redistributed.pubsub.MessagingAttributes.OPERATION_TYPE;
import static io.redistributed.pubsub.MessagingAttributes.RECEIVERS;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.redistributed.context.MessageContext;
import io.redistributed.context.TraceCodec;
import io.redistributed.context.WireFormat;
import io.redistributed.redis.ErrorKind;
import io.redistributed.redis.RedisSettings;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * PRODUCER spans named {@code publish <destination>}, and the header that carries them, for those who publish by their
 * own means, such as a Lua script; everyone else takes a {@link TracedPublisher}. Safe to use from any thread.
 */
public final class PublishTracer {

    private static final String OPERATION = "send";
    private static final double NANOS = 1e-9;

    private final Tracer tracer;
    private final PerDestination<Destination> destinations;
    private final LongCounter sent;
    private final DoubleHistogram duration;

    /**
     * Makes the tracer of one publisher.
     *
     * @param openTelemetry where spans and metrics go
     * @param server the Redis that is published to, for {@code server.address} and {@code server.port}
     * @param policies which header is written to which channel
     */
    public PublishTracer(OpenTelemetry openTelemetry, RedisSettings server, ChannelPolicies policies) {
        this.tracer = openTelemetry.getTracer("io.redistributed.pubsub");
        Attributes common = MessagingAttributes.of(server, "publish");
        this.destinations = new PerDestination<>(name -> destination(name, common, policies));
        MessagingMetrics metrics = new MessagingMetrics(openTelemetry);
        this.sent = metrics.messages("messaging.client.sent.messages", "Messages that producers tried to publish");
        this.duration = metrics.seconds(
                "messaging.client.operation.duration", "Time to publish a message, until Redis has answered");
    }

    private record Destination(String spanName, Attributes onSpan, Attributes onCounter, WireFormat format) {}

    private static Destination destination(String name, Attributes common, ChannelPolicies policies) {
        Attributes onCounter = common.toBuilder().put(DESTINATION, name).build();
        Attributes onSpan = onCounter.toBuilder().put(OPERATION_TYPE, OPERATION).build();
        return new Destination(
                "publish " + name, onSpan, onCounter, policies.of(name).write());
    }

    /**
     * Starts the span of one message as a child of the current one. The caller ends it.
     *
     * @param destination the channel, or the name that stands for a family of channels
     * @param bodySize bytes of the message without its header
     * @return the span, and the header that carries it
     */
    public Publishing start(String destination, int bodySize) {
        Destination known = destinations.of(destination);
        Span span = tracer.spanBuilder(known.spanName())
                .setSpanKind(SpanKind.PRODUCER)
                .setAllAttributes(known.onSpan())
                .setAttribute(BODY_SIZE, (long) bodySize)
                .startSpan();
        Context context = Context.current().with(span);
        byte[] header = header(known.format(), span, Baggage.fromContext(context));
        span.setAttribute(ENVELOPE_SIZE, (long) header.length + bodySize);
        return new Publishing(known, context, header);
    }

    private static byte[] header(WireFormat format, Span span, Baggage baggage) {
        if (format != WireFormat.ENVELOPE) {
            return TraceCodec.header(format, new MessageContext(span.getSpanContext(), baggage, 0, null));
        }
        UUID id = UUID.randomUUID();
        span.setAttribute(MESSAGE_ID, id.toString());
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        return TraceCodec.header(format, new MessageContext(span.getSpanContext(), baggage, now, id));
    }

    /** One message on its way. */
    public final class Publishing {

        private final Destination destination;
        private final Context context;
        private final byte[] header;
        private final long startedNanos = System.nanoTime();

        private Publishing(Destination destination, Context context, byte[] header) {
            this.destination = destination;
            this.context = context;
            this.header = header;
        }

        /** {@return the context of the PRODUCER span, to be current for calls made on its behalf} */
        public Context context() {
            return context;
        }

        /** {@return the bytes to put in front of the message, not to be changed; empty if the channel's policy writes none} */
        public byte[] header() {
            return header;
        }

        /** Ends the span of a message that Redis took. */
        public void succeeded() {
            end(Attributes.empty());
        }

        /**
         * Ends the span of a message that Redis took.
         *
         * @param receivers the reply of {@code PUBLISH}
         */
        public void succeeded(int receivers) {
            span().setAttribute(RECEIVERS, (long) receivers);
            succeeded();
        }

        /**
         * Ends the span of a message that was not published, as far as is known.
         *
         * @param cause why, for the status of the span
         */
        public void failed(Throwable cause) {
            span().setStatus(StatusCode.ERROR, cause.getMessage() == null ? "" : cause.getMessage());
            end(Attributes.of(ERROR_TYPE, ErrorKind.of(cause)));
        }

        private Span span() {
            return Span.fromContext(context);
        }

        private void end(Attributes outcome) {
            sent.add(1, with(outcome, destination.onCounter()), context);
            duration.record((System.nanoTime() - startedNanos) * NANOS, with(outcome, destination.onSpan()), context);
            span().setAllAttributes(outcome).end();
        }

        private static Attributes with(Attributes outcome, Attributes known) {
            return outcome.isEmpty() ? known : known.toBuilder().putAll(outcome).build();
        }
    }
}
