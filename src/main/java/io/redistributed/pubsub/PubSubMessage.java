package io.redistributed.pubsub;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A message as an {@link AttributesExtractor} sees it.
 *
 * @param operation what is done with it
 * @param channel where it is published
 * @param destination the name that stands for the channel on spans and metrics
 * @param body without the header, read-only; null if the publisher gave its size alone
 * @since 0.1.0
 */
public record PubSubMessage(
        MessageOperation operation,
        String channel,
        String destination,
        @Nullable ByteBuffer body) {}
