package io.redistributed.bench;

/**
 * A job queue with an HTTP API that accepts {@code POST /reports {"type":"simulated"}}, with its own Redis if it needs
 * one.
 */
interface Contender extends AutoCloseable {

    int port();

    /** Jobs completed since the start; never more than there really are. */
    long completed();

    /** CPU time that its processes have used, in µs; without Redis. */
    double cpuMicros();

    /** CPU time that its Redis has used, in µs; 0 without Redis. */
    double redisCpuMicros();

    /** Spans that its collector has received. */
    default long spans() {
        return 0;
    }

    @Override
    void close() throws InterruptedException;
}
