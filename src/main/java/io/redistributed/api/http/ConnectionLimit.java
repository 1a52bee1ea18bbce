package io.redistributed.api.http;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits the connections of one server on one event loop. Used on that event loop.
 *
 * <p>At the limit, each new connection closes the longest idle one, so that unused connections cannot keep clients out.
 * If no connection is idle, the new one is closed. The server goes on accepting meanwhile: a client that finds the
 * kernel's queue full retries only after a second. {@link AcceptPacing} bounds the connections that wait, and with TLS their handshakes do.
 */
final class ConnectionLimit {

    private static final Logger log = LoggerFactory.getLogger(ConnectionLimit.class);

    /** A younger connection may have a request that has arrived and not been read. */
    private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long RETRY_MILLIS = 1;

    private final int max;
    private final int maxHeld;

    /** New connections that are not read from, until an idle one is old enough to be closed. */
    private final Queue<Channel> waiting = new ArrayDeque<>();

    /** Connections without a request and the start of their idle time, the longest idle first. */
    private final Map<Channel, Long> idle = new LinkedHashMap<>();

    /** Admitted connections. */
    private int open;

    private boolean isFull;

    /**
     * @param max connections of this instance
     * @param maxHeld accepted connections of all instances that wait to be set up
     */
    ConnectionLimit(int max, int maxHeld) {
        this.max = max;
        this.maxHeld = maxHeld;
    }

    void opened(Channel connection) {
        connection.config().setAutoRead(false);
        waiting.add(connection);
        if (waiting.size() == 1) {
            admit(connection.eventLoop());
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

    private void admit(EventLoop loop) {
        while (!waiting.isEmpty()) {
            if (open < max || makeRoom()) {
                admit(waiting.poll());
            } else if (idle.isEmpty()) {
                closeNow(waiting.poll());
            } else {
                loop.schedule(() -> admit(loop), RETRY_MILLIS, TimeUnit.MILLISECONDS);
                return;
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
        if (connection.pipeline().get(SslHandler.class) == null) {
            AcceptPacing.setUp(connection, maxHeld);
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
