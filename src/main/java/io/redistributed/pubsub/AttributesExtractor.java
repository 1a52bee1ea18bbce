package io.redistributed.pubsub;

import io.opentelemetry.api.common.AttributesBuilder;

/**
 * Adds attributes of its own to the spans of messages.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface AttributesExtractor {

    /**
     * Called for each message before its span starts, on the thread that publishes or processes it; must not block. What
     * it throws is logged, and the message goes on.
     *
     * @param attributes those to add to
     * @param message what is published or processed
     */
    void extract(AttributesBuilder attributes, PubSubMessage message);
}
