package io.redistributed.pubsub;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Describes a message to an {@link AttributesExtractor}.
 *
 * @param operation publish or process
 * @param channel its channel
 * @param destination name of the channel on spans and metrics
 * @param body body without the header, read-only; null if the publisher provided only its size
 * @since 0.1.0
 */
public record PubSubMessage(
        MessageOperation operation,
        String channel,
        String destination,
        @Nullable ByteBuffer body) {}
