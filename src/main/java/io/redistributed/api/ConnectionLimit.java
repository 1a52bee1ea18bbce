package io.redistributed.api;

import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the connections of one server on one event loop, and how many new ones it turns to at a time. Used on that event
 * loop.
 *
 * <p>At the limit, the longest idle connection is closed for each new one, so that connections on which nothing is asked
 * cannot keep clients out. If all others are at work, the new one is refused. The server goes on accepting meanwhile: a
 * client that finds the kernel's queue full tries again after a second. As many connections as may be open may wait for
 * their turn; only beyond that the server does not accept.
 *
 * <p>A few new connections are read from at each turn of the event loop. In a storm of connections, those that are open
 * already are therefore served as before.
 */
final class ConnectionLimit {

    private static final Logger log = LoggerFactory.getLogger(ConnectionLimit.class);

    /** The request on a younger connection may have arrived and not been read. */
    private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final int NEW_PER_TURN = 256;

    /** Past the reads and writes that are due on the event loop. */
    private static final long TURN_MILLIS = 1;

    private final int max;

    /** New ones that are not read from yet. */
    private final Deque<Channel> waiting = new ArrayDeque<>();

    /** Those without a request, the longest idle first, and since when they are. */
    private final Map<Channel, Long> idle = new LinkedHashMap<>();

    /** Without those that wait. */
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

    /** A request has begun on it. */
    void busy(Channel connection) {
        idle.remove(connection);
    }

    /** All its requests have been answered. */
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
            log.warn("The limit of {} connections per instance is reached; closing the longest idle ones", max);
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

    /** From the head of the pipeline: what is still to be written may never be. */
    private static void closeNow(Channel connection) {
        connection.pipeline().firstContext().close();
    }
}
