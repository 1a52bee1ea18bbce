package io.redistributed.api;

import io.netty.channel.Channel;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the connections of one server on one event loop. When there are too many, the one that has been idle for the
 * longest is closed, so that connections on which nothing is asked cannot keep clients out. Used on that event loop.
 */
final class ConnectionLimit {

    private static final Logger log = LoggerFactory.getLogger(ConnectionLimit.class);

    private final int max;

    /** Those without a request, the longest idle first. */
    private final Set<Channel> idle = new LinkedHashSet<>();

    private int open;
    private boolean isFull;

    ConnectionLimit(int max) {
        this.max = max;
    }

    void opened(Channel connection) {
        open++;
        idle.add(connection);
        connection.closeFuture().addListener(closed -> {
            open--;
            idle.remove(connection);
            isFull &= open > max / 2;
        });
        if (open > max) {
            warnOnce();
            closeNow(idle.iterator().next());
        }
    }

    /** A request has begun on it. */
    void busy(Channel connection) {
        idle.remove(connection);
    }

    /** All its requests have been answered. */
    void idle(Channel connection) {
        if (connection.isOpen()) {
            idle.add(connection);
        }
    }

    private void warnOnce() {
        if (!isFull) {
            isFull = true;
            log.warn("The limit of {} connections per instance is reached; closing the longest idle ones", max);
        }
    }

    /** From the head of the pipeline: what is still to be written may never be. */
    private static void closeNow(Channel connection) {
        connection.pipeline().firstContext().close();
    }
}
