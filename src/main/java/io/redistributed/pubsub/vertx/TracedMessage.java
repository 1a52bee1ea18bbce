package io.redistributed.pubsub.vertx;

import io.redistributed.context.DecodedMessage;
import io.vertx.core.buffer.Buffer;

/**
 * Holds a received message.
 *
 * @param channel channel of the message, also for a pattern subscription
 * @param body body without the header, a view of the received bytes
 * @param decoded the decoded message with the sender's context
 * @since 0.1.0
 */
public record TracedMessage(String channel, Buffer body, DecodedMessage decoded) {}
