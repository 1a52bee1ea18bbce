package io.redistributed.chaos;

import io.redistributed.testing.RedisServer;

/**
 * Servers of which one takes over for another. All but {@link #master} is for one thread, and blocks until what it says
 * holds, for a minute at most.
 */
interface ReplicatedServers extends Servers {

    /** Waits until another than the old master is said to have the partition's keys, and returns that. */
    RedisServer successorOf(RedisServer old, int partition);

    /** Has another server take over, so that it has all that the master has ever answered; returns when that is going on. */
    void handOver(int partition);

    /** Starts a server that was killed and has a successor, as a new one without data. */
    void replace(RedisServer dead, RedisServer successor);

    /** Waits until no server is missing, and the next may be lost. */
    void awaitComplete();
}
