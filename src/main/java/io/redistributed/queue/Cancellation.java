package io.redistributed.queue;

/** What comes of cancelling a report. */
public enum Cancellation {
    /** There is no such report. */
    UNKNOWN,
    /** It was done or had failed before. */
    ENDED,
    /** It is cancelled. */
    CANCELLED,
    /** It is running, and will be cancelled once its worker has stopped, or has been lost; unless it is done before. */
    CANCELLING
}
