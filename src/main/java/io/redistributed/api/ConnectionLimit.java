package io.redistributed.api;

import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the connections of one server on one event loop, and how many new ones it turns to at a time. Used on that event
 * loop.
 *
 * <p>When there are too many, the one that has been idle for the longest is closed, so that connections on which nothing is
 * asked cannot keep clients out. While those that are idle are too young for that, the server accepts no others: they wait
 * in the kernel while the event loop catches up. If none is idle, a new one is refused.
 *
 * <p>A few new connections are read from at each turn of the event loop. In a storm of connections, those that are open
 * already are therefore served as before, and those whose clients have left while they waited cost next to nothing.
 */
final class ConnectionLimit {

    private static final Logger log = LoggerFactory.getLogger(ConnectionLimit.class);

    /** A connection that is younger may be about to ask. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long PAUSE_MILLIS = 100;
    private static final int NEW_PER_TURN = 16;

    /** Past the reads and writes that are due on the event loop. */
    private static final long TURN_MILLIS = 1;

    private final int max;

    /** New ones that are not read from yet. */
    private final Deque<Channel> waiting = new ArrayDeque<>();

    /** Those without a request, the longest idle first, and since when they are. */
    private final Map<Channel, Long> idle = new LinkedHashMap<>();

    private int open;
    private int admitted;
    private boolean isTurning;
    private boolean isPaused;
    private boolean isFull;

    ConnectionLimit(int max) {
        this.max = max;
    }

    void opened(Channel connection) {
        open++;
        connection.closeFuture().addListener(closed -> {
            open--;
            idle.remove(connection);
            isFull &= open > max / 2;
        });
        connection.config().setAutoRead(false);
        waiting.add(connection);
        if (open > max) {
            makeRoom(connection);
        }
        admit();
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
        for (; admitted < NEW_PER_TURN && !waiting.isEmpty(); admitted++) {
            Channel connection = waiting.poll();
            idle(connection);
            connection.config().setAutoRead(true);
        }
    }

    private void awaitTurn(Channel connection) {
        connection
                .eventLoop()
                .schedule(
                        () -> {
                            isTurning = admitted > 0;
                            admitted = 0;
                            admit();
                            if (isTurning) {
                                awaitTurn(connection);
                            }
                        },
                        TURN_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    /** Refuses the new connection if all others are at work. */
    private void makeRoom(Channel connection) {
        if (!isFull) {
            isFull = true;
            log.warn("The limit of {} connections per instance is reached; closing the longest idle ones", max);
        }
        closeIdle();
        if (open > max && idle.isEmpty() && waiting.size() == 1) {
            closeNow(connection);
        } else if (open > max) {
            pause(connection);
        }
    }

    private void closeIdle() {
        long now = System.nanoTime();
        Iterator<Map.Entry<Channel, Long>> longestFirst = idle.entrySet().iterator();
        List<Channel> closing = new ArrayList<>();
        while (closing.size() < open - max && longestFirst.hasNext()) {
            Map.Entry<Channel, Long> next = longestFirst.next();
            if (now - next.getValue() < GRACE_NANOS) {
                break;
            }
            closing.add(next.getKey());
        }
        closing.forEach(ConnectionLimit::closeNow);
    }

    private void pause(Channel connection) {
        Channel server = connection.parent();
        // Also if another instance has ended the pause.
        server.config().setAutoRead(false);
        if (!isPaused) {
            isPaused = true;
            connection.eventLoop().schedule(() -> endPause(connection), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void endPause(Channel connection) {
        isPaused = false;
        closeIdle();
        if (open > max && !(idle.isEmpty() && waiting.isEmpty())) {
            pause(connection);
        } else {
            connection.parent().config().setAutoRead(true);
        }
    }

    /** From the head of the pipeline: what is still to be written may never be. */
    private static void closeNow(Channel connection) {
        connection.pipeline().firstContext().close();
    }
}
