package io.redistributed.bench;

import io.redistributed.testing.RedisServer;

/** A job queue with an HTTP API on a Redis of its own, which takes {@code POST /reports {"type":"simulated"}}. */
interface Contender extends AutoCloseable {

    int port();

    RedisServer redis();

    /** Jobs that were taken so far. */
    long accepted();

    long completed();

    /** Spans that have come to its collector. */
    long spans();

    @Override
    void close() throws InterruptedException;
}
