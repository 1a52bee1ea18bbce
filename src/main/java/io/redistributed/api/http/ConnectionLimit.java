package io.redistributed.api.http;

import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits the connections of one server on one event loop, and how many new ones it starts to read from at a time. Used
 * on that event loop.
 *
 * <p>At the limit, each new connection closes the longest idle one, so that unused connections cannot keep clients out.
 * If no connection is idle, the new one is closed. The server goes on accepting meanwhile: a client that finds the
 * kernel's queue full retries only after a second. As many connections as may be open may wait for admission; beyond
 * that the server stops accepting.
 *
 * <p>Each turn of the event loop admits a few new connections. During a connection storm, open connections are
 * therefore served as before.
 */
final class ConnectionLimit {

    private static final Logger log = LoggerFactory.getLogger(ConnectionLimit.class);

    /** A younger connection may have a request that has arrived and not been read. */
    private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final int NEW_PER_TURN = 256;

    /** Lets pending reads and writes of the event loop run first. */
    private static final long TURN_MILLIS = 1;

    private final int max;

    /** New connections that are not read from yet. */
    private final Deque<Channel> waiting = new ArrayDeque<>();

    /** Connections without a request and the start of their idle time, the longest idle first. */
    private final Map<Channel, Long> idle = new LinkedHashMap<>();

    /** Admitted connections. */
    private int open;

    private int admitted;
    private boolean isTurning;
    private boolean isPaused;
    private boolean isFull;

    ConnectionLimit(int max) {
        this.max = max;
    }

    void opened(Channel connection) {
        connection.config().setAutoRead(false);
        waiting.add(connection);
        admit();
        if (waiting.size() >= max) {
            isPaused = true;
            connection.parent().config().setAutoRead(false);
        }
        if (!isTurning) {
            isTurning = true;
            awaitTurn(connection);
        }
    }

    /** Marks a connection as busy when a request begins. */
    void busy(Channel connection) {
        idle.remove(connection);
    }

    /** Marks a connection as idle when all its requests are answered. */
    void idle(Channel connection) {
        if (connection.isOpen()) {
            idle.put(connection, System.nanoTime());
        }
    }

    private void admit() {
        while (admitted < NEW_PER_TURN && !waiting.isEmpty()) {
            if (open >= max && !makeRoom()) {
                if (!idle.isEmpty()) {
                    return;
                }
                closeNow(waiting.poll());
            } else {
                admitted++;
                admit(waiting.poll());
            }
        }
    }

    private void admit(Channel connection) {
        open++;
        connection.closeFuture().addListener(closed -> {
            open--;
            idle.remove(connection);
            isFull &= open > max / 2;
        });
        idle(connection);
        connection.config().setAutoRead(true);
    }

    private void awaitTurn(Channel connection) {
        connection.eventLoop().schedule(() -> turn(connection), TURN_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void turn(Channel connection) {
        isTurning = admitted > 0 || !waiting.isEmpty();
        admitted = 0;
        admit();
        if (isPaused && waiting.size() <= max / 2) {
            isPaused = false;
            connection.parent().config().setAutoRead(true);
        }
        if (isTurning) {
            awaitTurn(connection);
        }
    }

    /** @return false if no connection has been idle for long enough */
    private boolean makeRoom() {
        if (!isFull) {
            isFull = true;
            log.warn("Limit of {} connections per instance reached, closing the longest idle ones", max);
        }
        if (idle.isEmpty()) {
            return false;
        }
        Map.Entry<Channel, Long> longest = idle.entrySet().iterator().next();
        if (System.nanoTime() - longest.getValue() < GRACE_NANOS) {
            return false;
        }
        closeNow(longest.getKey());
        return true;
    }

    /** Closes from the head of the pipeline, without waiting for pending writes that may never complete. */
    private static void closeNow(Channel connection) {
        connection.pipeline().firstContext().close();
    }
}
