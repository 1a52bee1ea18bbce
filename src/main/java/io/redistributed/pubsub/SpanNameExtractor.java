package io.redistributed.pubsub;

/**
 * Names spans by destination rather than channel, so that names have low cardinality.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface SpanNameExtractor {

    /** The default: {@code publish orders}, {@code process orders}. */
    SpanNameExtractor OPERATION_AND_DESTINATION = (operation, destination) -> operation + " " + destination;

    /**
     * Returns a span name. The result is cached by destination.
     *
     * @param operation publish or process
     * @param destination destination of the messages
     * @return the span name
     */
    String extract(MessageOperation operation, String destination);
}
