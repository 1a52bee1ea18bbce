package io.redistributed.chaos;

import io.redistributed.testing.RedisCli;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Listens to Redis for reports that end, to see whether any ends twice. It misses what is told while its connection is
 * away, as Redis keeps no messages.
 */
final class OutcomeWatch implements AutoCloseable {

    private static final String CHANNEL = "{rd:0}:ended:";

    private final Map<String, Integer> ends = new ConcurrentHashMap<>();
    private final Thread thread = new Thread(this::listen, "outcome-watch");
    private final int port;
    private volatile boolean closed;

    private OutcomeWatch(int port) {
        this.port = port;
    }

    static OutcomeWatch start(int redisPort) {
        OutcomeWatch watch = new OutcomeWatch(redisPort);
        watch.thread.setDaemon(true);
        watch.thread.start();
        return watch;
    }

    /** Report id → how often it was seen to end. */
    Map<String, Integer> ends() {
        return ends;
    }

    @Override
    public void close() {
        closed = true;
    }

    private void listen() {
        while (!closed) {
            try (RedisCli redis = new RedisCli(port)) {
                redis.call("PSUBSCRIBE", CHANNEL + "*");
                while (!closed) {
                    String channel = (String) ((List<?>) redis.read()).get(2);
                    ends.merge(channel.substring(CHANNEL.length()), 1, Integer::sum);
                }
            } catch (IOException away) {
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
