package io.redistributed.javaagent;

import io.redistributed.context.DecodedMessage;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import java.nio.ByteBuffer;

/** A message between its arrival, when the header is taken off, and the call of the listeners. */
public final class ReceivedMessage {

    private final RedisPubSubTelemetry telemetry;
    private final String channel;
    private final DecodedMessage message;

    ReceivedMessage(RedisPubSubTelemetry telemetry, String channel, DecodedMessage message) {
        this.telemetry = telemetry;
        this.channel = channel;
        this.message = message;
    }

    /** Whether there is a header to take off. */
    public boolean hasHeader() {
        return message.bodyOffset() > 0;
    }

    /** In bytes. */
    public int bodyLength() {
        return message.bodyLength();
    }

    /** The bytes of the body. */
    public byte[] bodyBytes() {
        byte[] body = new byte[message.bodyLength()];
        message.body().get(body);
        return body;
    }

    /** A view of the body. */
    public ByteBuffer body() {
        return message.body();
    }

    /** Starts the CONSUMER span. */
    public ListenerSpan start() {
        return new ListenerSpan(telemetry.startProcess(channel, message));
    }
}
