package io.redistributed.export;

import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;

/** A span processor whose consumer makes batches of 512 and throws them away, and can be held up. */
interface Contender extends AutoCloseable {

    /** More than the default: a burst must take milliseconds, or threads that share a few cores hardly meet. */
    int CAPACITY = 1 << 20;

    int BATCH = 512;

    SpanProcessor processor();

    /**
     * Has the consumer block until {@link #release()}; waits until it does.
     *
     * @param span ended as often as that takes
     * @return how often; none of these is in the queue
     */
    int hold(ReadableSpan span) throws InterruptedException;

    void release();

    /** How many spans the consumer has thrown away so far. */
    long consumed();

    @Override
    void close() throws InterruptedException;
}
