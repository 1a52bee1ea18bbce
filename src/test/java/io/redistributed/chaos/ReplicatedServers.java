package io.redistributed.chaos;

import io.redistributed.testing.RedisServer;

/**
 * Servers with failover. All methods except {@link #master} are for one thread and block until their condition holds,
 * at most a minute.
 */
interface ReplicatedServers extends Servers {

    /** Waits until another server than the old master has the partition's keys, and returns it. */
    RedisServer successorOf(RedisServer old, int partition);

    /** Has another server take over, so that it has all that the master has ever answered; returns when that is going on. */
    void handOver(int partition);

    /** Starts a server that was killed and has a successor, as a new one without data. */
    void replace(RedisServer dead, RedisServer successor);

    /** Waits until no server is missing, and the next may be lost. */
    void awaitComplete();
}
