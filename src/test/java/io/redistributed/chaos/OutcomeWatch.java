package io.redistributed.chaos;

import io.redistributed.testing.RedisCli;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Listens to Redis for reports that end, to see whether any ends twice. By MONITOR, as sharded channels have no
 * patterns. It misses messages while its connections are down.
 */
final class OutcomeWatch implements AutoCloseable {

    private static final Pattern ENDED =
            Pattern.compile("[^\"]* lua] \"S?PUBLISH\" \"\\{rd:(\\d+)}:ended\" \"([^\"]+)\"", Pattern.CASE_INSENSITIVE);

    private final Map<String, Integer> ends = new ConcurrentHashMap<>();
    private final Servers redis;
    private volatile boolean closed;

    private OutcomeWatch(Servers redis) {
        this.redis = redis;
    }

    static OutcomeWatch start(Servers redis, int partitions) {
        OutcomeWatch watch = new OutcomeWatch(redis);
        for (int i = 0; i < partitions; i++) {
            int partition = i;
            Thread thread = new Thread(() -> watch.listen(partition), "outcome-watch-" + partition);
            thread.setDaemon(true);
            thread.start();
        }
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

    private void listen(int partition) {
        while (!closed) {
            try (RedisCli master = redis.master(partition).connect()) {
                master.call("MONITOR");
                while (!closed) {
                    Matcher ended = ENDED.matcher((String) master.read());
                    if (ended.matches() && Integer.parseInt(ended.group(1)) == partition) {
                        for (String id : ended.group(2).split(" ")) {
                            ends.merge(id, 1, Integer::sum);
                        }
                    }
                }
            } catch (IOException | UncheckedIOException away) {
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
