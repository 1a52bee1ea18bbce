package io.redistributed.pubsub.vertx;

import io.redistributed.context.DecodedMessage;
import io.vertx.core.buffer.Buffer;

/**
 * A received message.
 *
 * @param channel where it was published, also if a pattern is subscribed to
 * @param body without the header, byte for byte as the sender gave it; a view of the received bytes
 * @param decoded what stood in front of the body
 * @since 0.1.0
 */
public record TracedMessage(String channel, Buffer body, DecodedMessage decoded) {}
