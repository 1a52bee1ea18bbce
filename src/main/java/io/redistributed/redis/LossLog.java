package io.redistributed.redis;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.event.Level;

/**
 * Says at which level the links of this Vert.x log that they have lost their connection to a server: once for each reason and
 * minute as a warning. A node has several links to a server, and one that accepts connections and refuses the first command,
 * such as a replica, is lost many times a second.
 */
final class LossLog implements Shareable {

    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int MAX_REASONS = 16;

    private final Map<String, Long> logged = new LinkedHashMap<>();

    static LossLog of(Vertx vertx, RedisUrl server) {
        LocalMap<String, LossLog> all = vertx.sharedData().getLocalMap("io.redistributed.redis.losses");
        return all.computeIfAbsent(server.toString(), absent -> new LossLog());
    }

    synchronized Level level(String reason) {
        long now = System.nanoTime();
        Long last = logged.get(reason);
        if (last != null && now - last < PAUSE_NANOS) {
            return Level.DEBUG;
        }
        if (logged.size() == MAX_REASONS) {
            logged.clear();
        }
        logged.put(reason, now);
        return Level.WARN;
    }
}
