package io.redistributed.auth;

import io.redistributed.vertx.internal.NodeContext;
import io.vertx.core.Vertx;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Counts refused requests of each client address, and of each caller that lacks a right, in the last minute or so, for all
 * verticles of a node. Remembers the latest {@value #MAX_ADDRESSES} of them. Thread-safe.
 */
public final class FailureLimit {

    /** Failures in a minute that are logged and answered as such. */
    static final int MAX_FAILURES = 20;

    private static final int MAX_ADDRESSES = 10_000;
    private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final class Window {

        private final long start;
        private int failures;

        private Window(long start) {
            this.start = start;
        }
    }

    private final Map<String, Window> windows = new LinkedHashMap<>();

    private FailureLimit() {}

    public static FailureLimit of(Vertx vertx) {
        return NodeContext.of(vertx).get(FailureLimit.class, FailureLimit::new);
    }

    /**
     * Counts a failure.
     *
     * @param address of the client, or name of the caller
     * @return whether it stays within the limit
     */
    public boolean allows(String address) {
        return allows(address, System.nanoTime());
    }

    synchronized boolean allows(String address, long now) {
        String network = network(address);
        Window window = windows.get(network);
        if (window == null || now - window.start > WINDOW_NANOS) {
            windows.remove(network);
            if (windows.size() == MAX_ADDRESSES) {
                Iterator<String> oldest = windows.keySet().iterator();
                oldest.next();
                oldest.remove();
            }
            window = new Window(now);
            windows.put(network, window);
        }
        window.failures = Math.min(window.failures + 1, MAX_FAILURES + 1);
        return window.failures <= MAX_FAILURES;
    }

    /** A client with IPv6 usually has a network of 64 bits to itself. */
    private static String network(String address) {
        String[] groups = address.split(":", -1);
        return groups.length < 8 ? address : String.join(":", groups[0], groups[1], groups[2], groups[3]);
    }
}
