package io.redistributed.pubsub;

import io.opentelemetry.api.common.AttributesBuilder;

/**
 * Adds custom attributes to the spans of messages.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface AttributesExtractor {

    /**
     * Adds attributes to the span of one message. Called before the span starts, on the thread that publishes or
     * processes the message; must not block. Exceptions are logged and do not affect the message.
     *
     * @param attributes builder to add to
     * @param message the message
     */
    void extract(AttributesBuilder attributes, PubSubMessage message);
}
