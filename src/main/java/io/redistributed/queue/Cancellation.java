package io.redistributed.queue;

/** Result of a request to cancel a report. */
public enum Cancellation {
    /** The report does not exist. */
    UNKNOWN,
    /** The report is already done or failed. */
    ENDED,
    /** The report is cancelled. */
    CANCELLED,
    /** The report is running. It is cancelled when its worker stops or dies, unless it is done first. */
    CANCELLING
}
