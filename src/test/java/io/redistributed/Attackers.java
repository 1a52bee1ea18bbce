package io.redistributed;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Hostile clients, for a time; then all their connections are closed. They take no offence at being cut off. */
final class Attackers implements AutoCloseable {

    /** Something that one does with one connection, or with one of its own. */
    interface Action<T> {
        void on(T connection) throws IOException;
    }

    private interface Open<T> {
        T connection() throws IOException;
    }

    private static final int MAX_THREADS = 256;

    private final AbuseTarget target;
    private final long end;
    private final Queue<AutoCloseable> connections = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(MAX_THREADS);

    Attackers(AbuseTarget target, int seconds) {
        this.target = target;
        this.end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    }

    /** Opens that many connections, and keeps them open after the action. */
    void hold(int count, Action<RawConnection> action) {
        hold(count, () -> new RawConnection(target.port), action);
    }

    /** The same over HTTP/2. */
    void holdHttp2(int count, Action<RawHttp2> action) {
        hold(count, () -> new RawHttp2(target.http2Port), action);
    }

    /** Each of that many threads does it again and again, with a new connection, which the action may close or reset. */
    void repeat(int count, Action<RawConnection> action) {
        for (int i = 0; i < count; i++) {
            threads.execute(() -> {
                while (!isOver()) {
                    try (RawConnection connection = new RawConnection(target.port)) {
                        connections.add(connection);
                        action.on(connection);
                        connections.remove(connection);
                    } catch (IOException cutOff) {
                        continue;
                    }
                }
            });
        }
    }

    boolean isOver() {
        return System.nanoTime() > end;
    }

    /** Waits until their time is up, or all have failed, and hangs up. */
    @Override
    public void close() throws Exception {
        threads.shutdown();
        threads.awaitTermination(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        await().atMost(1, TimeUnit.HOURS).until(this::isOver);
        for (AutoCloseable connection : connections) {
            connection.close();
        }
        if (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("an attacker does not end");
        }
    }

    private <T extends AutoCloseable> void hold(int count, Open<T> open, Action<T> action) {
        for (int i = 0; i < count; i++) {
            threads.execute(() -> {
                try {
                    T connection = open.connection();
                    connections.add(connection);
                    action.on(connection);
                } catch (IOException cutOff) {
                    // As it should be.
                    return;
                }
            });
        }
    }
}
