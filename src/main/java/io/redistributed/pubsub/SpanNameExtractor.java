package io.redistributed.pubsub;

/**
 * Names spans. It is given the destination, not the channel, so that names are as few as destinations.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface SpanNameExtractor {

    /** The default: {@code publish orders}, {@code process orders}. */
    SpanNameExtractor OPERATION_AND_DESTINATION = (operation, destination) -> operation + " " + destination;

    /**
     * Called once for each destination, and again if there are very many of them.
     *
     * @param operation what is done with messages
     * @param destination the name that stands for their channels
     * @return the name of their spans
     */
    String extract(MessageOperation operation, String destination);
}
