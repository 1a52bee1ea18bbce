package io.redistributed.pubsub;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Scope;
import io.redistributed.context.DecodedMessage;
import io.redistributed.context.TraceCodec;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Traces Redis Pub/Sub messages with any client: prepends the context of a PRODUCER span to a message, reads it on the
 * subscriber, and runs the handler under a CONSUMER span.
 *
 * <pre>{@code
 * RedisPubSubTelemetry telemetry = RedisPubSubTelemetry.builder(openTelemetry)
 *         .setPolicies(ChannelPolicies.of(new ChannelPolicy("orders", WireFormat.BINARY, Relation.PARENT)))
 *         .build();
 *
 * // with a call
 * telemetry.publish("orders", body, message -> jedis.publish(ORDERS, message));
 * telemetry.process("orders", message, received -> handle(received.bodyText()));
 *
 * // in two steps, for decorators and reactive clients
 * PublishOperation publish = telemetry.startPublish("orders", body);
 * ProcessOperation process = telemetry.startProcess("orders", telemetry.decode("orders", message));
 * }</pre>
 *
 * <p>Nested publishes to the same channel, such as by stacked decorators, write one header and record one span: those
 * of the outer one. The same holds for nested process operations. A body that already has a header gets no second one.
 *
 * <p>Immutable, safe to use from any thread.
 *
 * @since 0.1.0
 */
public final class RedisPubSubTelemetry {

    private final TelemetrySettings settings;
    private final PublishTracer publishes;
    private final ProcessTracer processes;

    RedisPubSubTelemetry(TelemetrySettings settings) {
        this.settings = settings;
        this.publishes = new PublishTracer(settings);
        this.processes = new ProcessTracer(settings);
    }

    /**
     * Creates an instance with the defaults: it reads both formats and writes no header.
     *
     * @param openTelemetry records spans and metrics
     * @return a telemetry for all channels
     */
    public static RedisPubSubTelemetry create(OpenTelemetry openTelemetry) {
        return builder(openTelemetry).build();
    }

    /**
     * Returns a new builder.
     *
     * @param openTelemetry records spans and metrics
     * @return a builder with the defaults
     */
    public static RedisPubSubTelemetryBuilder builder(OpenTelemetry openTelemetry) {
        return new RedisPubSubTelemetryBuilder(openTelemetry);
    }

    /**
     * Returns a copy with the server's address on spans and metrics. For decorators, which know it from their client.
     *
     * @param address host name, IP address or path of a Unix socket: {@code server.address}
     * @param port {@code server.port}; 0 or less if there is none
     * @return the copy
     */
    public RedisPubSubTelemetry withServer(String address, int port) {
        Objects.requireNonNull(address, "address");
        return new RedisPubSubTelemetry(settings.withServer(MessagingAttributes.server(address, port)));
    }

    /**
     * Returns a copy with another mapping of failures to {@code error.type}. For decorators, which know the error
     * replies of their client.
     *
     * @param errorType returns {@code error.type} of a failure, such as {@code NOPERM}, of low cardinality and never
     *     null
     * @return the copy
     */
    public RedisPubSubTelemetry withErrorType(Function<Throwable, String> errorType) {
        return new RedisPubSubTelemetry(settings.withErrorType(Objects.requireNonNull(errorType, "errorType")));
    }

    /**
     * Returns a copy that records the code of an error reply, such as {@code NOPERM}, as {@code error.type}. For
     * decorators, which know the exceptions of their client.
     *
     * @param reply exception whose message is an error reply of Redis; other failures are mapped as before
     * @return the copy
     */
    public RedisPubSubTelemetry withErrorReplies(Class<? extends Throwable> reply) {
        Objects.requireNonNull(reply, "reply");
        Function<Throwable, String> others = settings.errorType();
        return withErrorType(
                failure -> reply.isInstance(failure) ? ErrorTypes.ofReply(failure, others) : others.apply(failure));
    }

    /**
     * Publishes a message under a new PRODUCER span, a child of the current span. If {@code sender} returns a
     * {@link CompletionStage}, the span ends with the stage, otherwise when {@code sender} returns. A numeric result of
     * the sender or the stage is recorded as the number of receivers.
     *
     * @param <T> result type of the client's publish
     * @param channel target channel
     * @param body the message without a header; not modified
     * @param sender publishes the given bytes; called with the span current
     * @return the result of {@code sender}; its exception is recorded on the span and rethrown
     */
    public <T> T publish(String channel, byte[] body, Function<byte[], T> sender) {
        Objects.requireNonNull(sender, "sender");
        PublishOperation operation = startPublish(channel, body);
        T sent;
        try (Scope scope = operation.makeCurrent()) {
            sent = sender.apply(operation.message());
        } catch (Throwable e) {
            operation.fail(e);
            throw e;
        }
        if (sent instanceof CompletionStage<?> stage) {
            stage.whenComplete(operation::end);
        } else {
            operation.end(sent, null);
        }
        return sent;
    }

    /**
     * Processes a received message under a new CONSUMER span, which is current in the handler.
     *
     * @param channel channel of the message; for a pattern subscription, the channel and not the pattern
     * @param message the received bytes
     * @param handler handler, whose exception is recorded on the span and rethrown
     */
    public void process(String channel, byte[] message, Consumer<DecodedMessage> handler) {
        Objects.requireNonNull(handler, "handler");
        ProcessOperation operation = startProcess(channel, decode(channel, message));
        try (Scope scope = operation.makeCurrent()) {
            handler.accept(operation.message());
        } catch (Throwable e) {
            operation.fail(e);
            throw e;
        }
        operation.end();
    }

    /**
     * Processes a received message under a new CONSUMER span, which is current until the handler returns and ends with
     * the stage.
     *
     * @param <S> type of the stage
     * @param channel channel of the message; for a pattern subscription, the channel and not the pattern
     * @param message the received bytes
     * @param handler handler, whose exception or failed stage is recorded on the span; must not return null
     * @return the result of {@code handler}
     */
    public <S extends CompletionStage<?>> S processAsync(
            String channel, byte[] message, Function<DecodedMessage, S> handler) {
        Objects.requireNonNull(handler, "handler");
        ProcessOperation operation = startProcess(channel, decode(channel, message));
        S stage;
        try (Scope scope = operation.makeCurrent()) {
            stage = Objects.requireNonNull(handler.apply(operation.message()), "the handler returned null");
        } catch (Throwable e) {
            operation.fail(e);
            throw e;
        }
        stage.whenComplete((done, failure) -> {
            if (failure == null) {
                operation.end();
            } else {
                operation.fail(failure);
            }
        });
        return stage;
    }

    /**
     * Starts a publish. The caller sends {@link PublishOperation#message} and ends the operation.
     *
     * @param channel target channel
     * @param body the message without a header; not modified
     * @return the operation, whose span is a child of the current span
     */
    public PublishOperation startPublish(String channel, byte[] body) {
        return publishes.start(channel, ByteBuffer.wrap(body));
    }

    /**
     * Starts a publish. The caller sends {@link PublishOperation#header} and then the body, or
     * {@link PublishOperation#message}, and ends the operation.
     *
     * @param channel target channel
     * @param body its remaining bytes are the message without a header; its position and limit are not moved
     * @return the operation, whose span is a child of the current span
     */
    public PublishOperation startPublish(String channel, ByteBuffer body) {
        return publishes.start(channel, body.slice());
    }

    /**
     * Starts a publish of a message whose bytes are not available, such as one that a script publishes. The caller
     * sends {@link PublishOperation#header} before the body and ends the operation.
     *
     * @param channel target channel
     * @param bodySize size of the message without a header, in bytes
     * @return the operation, whose span is a child of the current span
     */
    public PublishOperation startPublish(String channel, int bodySize) {
        return publishes.start(channel, bodySize);
    }

    /**
     * Decodes a received message, see {@link TraceCodec#decode(byte[])}. If the channel filter excludes the channel,
     * the whole message is the body.
     *
     * @param channel channel of the message
     * @param message the received bytes
     * @return the sender's context, and the body without a header
     */
    public DecodedMessage decode(String channel, byte[] message) {
        return isTraced(channel) ? TraceCodec.decode(message) : DecodedMessage.untraced(ByteBuffer.wrap(message));
    }

    /**
     * Decodes a received message, see {@link TraceCodec#decode(ByteBuffer)}. If the channel filter excludes the
     * channel, the whole message is the body.
     *
     * @param channel channel of the message
     * @param message the received bytes, from its position to its limit
     * @return the sender's context, and the body without a header
     */
    public DecodedMessage decode(String channel, ByteBuffer message) {
        return isTraced(channel) ? TraceCodec.decode(message) : DecodedMessage.untraced(message.slice());
    }

    /**
     * Starts to process a message. The caller runs the handler within {@link ProcessOperation#makeCurrent}, or
     * propagates {@link ProcessOperation#context}, and ends the operation.
     *
     * @param channel channel of the message; for a pattern subscription, the channel and not the pattern
     * @param message result of {@link #decode}
     * @return the operation, whose span relates to the sender's by the channel's policy
     */
    public ProcessOperation startProcess(String channel, DecodedMessage message) {
        return processes.start(channel, message);
    }

    /**
     * Counts a received message that was dropped before a handler ran. For decorators with bounded buffers.
     *
     * @param channel channel of the message
     */
    public void dropped(String channel) {
        if (isTraced(channel)) {
            processes.dropped(channel);
        }
    }

    /**
     * Returns whether the channel filter includes a channel.
     *
     * @param channel its name
     * @return false if its messages are neither traced nor changed
     */
    public boolean isTraced(String channel) {
        return settings.channelFilter().test(channel);
    }
}
