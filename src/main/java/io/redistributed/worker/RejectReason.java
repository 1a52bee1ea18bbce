package io.redistributed.worker;

/** Tells why a worker did not run a message on its channel. */
enum RejectReason {
    /** Not a report message. */
    MALFORMED,
    /** Well-formed, but not sent to this worker by the queue. */
    FORGED,
    /** Seen before, or reclaimed by the queue before it arrived. */
    REPLAYED
}
