package io.redistributed.worker;

/** Why a worker did not run what came on its channel. */
enum RejectReason {
    /** Not of the form of a report message. */
    MALFORMED,
    /** Well-formed, but never sent by the queue to this worker. */
    FORGED,
    /** Seen before, or taken back by the queue before it came. */
    REPLAYED
}
