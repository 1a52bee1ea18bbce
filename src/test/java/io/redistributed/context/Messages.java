package io.redistributed.context;

import java.nio.ByteBuffer;

/** Decoded messages in the shape that assertions compare. */
final class Messages {

    private Messages() {}

    static MessageContext contextOf(DecodedMessage decoded) {
        return new MessageContext(
                decoded.spanContext(), decoded.baggage(), decoded.publishedAtMicros(), decoded.messageId());
    }

    static byte[] bodyOf(DecodedMessage decoded) {
        ByteBuffer body = decoded.body();
        byte[] bytes = new byte[body.remaining()];
        body.get(bytes);
        return bytes;
    }
}
