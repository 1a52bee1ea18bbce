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
 * Traces Redis Pub/Sub messages with any client: writes the context of a PRODUCER span in front of a message, reads it on
 * the other side, and runs the handler under a CONSUMER span.
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
 * <p>A publish within another one to the same channel, as in a decorator over a decorator, is left to the outer one: it
 * writes and counts once. So is a process within a process. A body that has a header already gets no second one.
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
     * Makes a telemetry with the defaults: it reads both formats and writes none.
     *
     * @param openTelemetry where spans and metrics go
     * @return a telemetry for all channels
     */
    public static RedisPubSubTelemetry create(OpenTelemetry openTelemetry) {
        return builder(openTelemetry).build();
    }

    /**
     * Starts to build a telemetry.
     *
     * @param openTelemetry where spans and metrics go
     * @return a builder with the defaults
     */
    public static RedisPubSubTelemetryBuilder builder(OpenTelemetry openTelemetry) {
        return new RedisPubSubTelemetryBuilder(openTelemetry);
    }

    /**
     * Names the server on spans and metrics. For decorators, which know it from their client.
     *
     * @param address host name, IP address or path of a Unix socket: {@code server.address}
     * @param port {@code server.port}; 0 or less if there is none
     * @return a copy that differs in this
     */
    public RedisPubSubTelemetry withServer(String address, int port) {
        Objects.requireNonNull(address, "address");
        return new RedisPubSubTelemetry(settings.withServer(MessagingAttributes.server(address, port)));
    }

    /**
     * Names failures on spans and metrics. For decorators, which know the error replies of their client.
     *
     * @param errorType gives {@code error.type} of a failure, such as {@code NOPERM}; few different ones, never null
     * @return a copy that differs in this
     */
    public RedisPubSubTelemetry withErrorType(Function<Throwable, String> errorType) {
        return new RedisPubSubTelemetry(settings.withErrorType(Objects.requireNonNull(errorType, "errorType")));
    }

    /**
     * Publishes a message under a new PRODUCER span, a child of the current one. If {@code sender} returns a
     * {@link CompletionStage}, the span ends with that, else when {@code sender} returns. A result that is a number, of
     * the sender or the stage, counts as the number of receivers.
     *
     * @param <T> what the client's publish gives
     * @param channel where to
     * @param body the message without a header; not changed
     * @param sender publishes the bytes it is given; the span is current meanwhile
     * @return what {@code sender} returned; what it throws is recorded on the span and thrown
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
     * Handles a received message under a new CONSUMER span, which is current in the handler.
     *
     * @param channel where it was published; of a pattern subscription, the channel and not the pattern
     * @param message the bytes that were received
     * @param handler what it throws is recorded on the span and thrown
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
     * Handles a received message under a new CONSUMER span, which is current in the handler until that returns, and ends
     * with the stage.
     *
     * @param <S> kind of the stage
     * @param channel where it was published; of a pattern subscription, the channel and not the pattern
     * @param message the bytes that were received
     * @param handler what it throws, or the stage fails with, is recorded on the span; must not return null
     * @return what {@code handler} returned
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
     * Starts to publish a message. The caller sends {@link PublishOperation#message} and ends the operation.
     *
     * @param channel where to
     * @param body the message without a header; not changed
     * @return the operation, whose span is a child of the current one
     */
    public PublishOperation startPublish(String channel, byte[] body) {
        return publishes.start(channel, ByteBuffer.wrap(body));
    }

    /**
     * Starts to publish a message. The caller sends {@link PublishOperation#header} and the body behind it, or
     * {@link PublishOperation#message}, and ends the operation.
     *
     * @param channel where to
     * @param body its remaining bytes are the message without a header; its position and limit are not moved
     * @return the operation, whose span is a child of the current one
     */
    public PublishOperation startPublish(String channel, ByteBuffer body) {
        return publishes.start(channel, body.slice());
    }

    /**
     * Starts to publish a message whose bytes are not at hand, such as one that a script publishes. The caller sends
     * {@link PublishOperation#header} in front of it and ends the operation.
     *
     * @param channel where to
     * @param bodySize bytes of the message without a header
     * @return the operation, whose span is a child of the current one
     */
    public PublishOperation startPublish(String channel, int bodySize) {
        return publishes.start(channel, bodySize);
    }

    /**
     * Reads what is in front of a received message, as {@link TraceCodec#decode(byte[])}; nothing if the channel filter
     * leaves the channel out.
     *
     * @param channel where it was published
     * @param message the bytes that were received
     * @return the sender's context, and the body without a header
     */
    public DecodedMessage decode(String channel, byte[] message) {
        return isTraced(channel) ? TraceCodec.decode(message) : DecodedMessage.untraced(ByteBuffer.wrap(message));
    }

    /**
     * Reads what is in front of a received message, as {@link TraceCodec#decode(ByteBuffer)}; nothing if the channel
     * filter leaves the channel out.
     *
     * @param channel where it was published
     * @param message its remaining bytes are those that were received
     * @return the sender's context, and the body without a header
     */
    public DecodedMessage decode(String channel, ByteBuffer message) {
        return isTraced(channel) ? TraceCodec.decode(message) : DecodedMessage.untraced(message.slice());
    }

    /**
     * Starts to handle a message. The caller runs the handler within {@link ProcessOperation#makeCurrent}, or passes on
     * {@link ProcessOperation#context}, and ends the operation.
     *
     * @param channel where it was published; of a pattern subscription, the channel and not the pattern
     * @param message what {@link #decode} gave
     * @return the operation, whose span relates to the sender's as the channel's policy says
     */
    public ProcessOperation startProcess(String channel, DecodedMessage message) {
        return processes.start(channel, message);
    }

    /**
     * Counts a message that was received and that no handler gets. For decorators that bound what waits.
     *
     * @param channel where it was published
     */
    public void dropped(String channel) {
        if (isTraced(channel)) {
            processes.dropped(channel);
        }
    }

    /**
     * Whether the channel filter lets a channel through.
     *
     * @param channel its name
     * @return false if its messages are left alone
     */
    public boolean isTraced(String channel) {
        return settings.channelFilter().test(channel);
    }
}
