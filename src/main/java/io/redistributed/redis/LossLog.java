package io.redistributed.redis;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.event.Level;

/**
 * Says at which level the links of this Vert.x log the loss of a server and its return. A loss is a warning once for each reason and
 * minute: a node has several links to a server, and one that accepts connections and refuses the first command, such as a
 * replica, is lost many times a second. During an outage that lasts, the latest line above debug says that the server is lost. Thread-safe.
 */
final class LossLog implements Shareable {

    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int MAX_REASONS = 16;

    private final Map<String, Long> logged = new LinkedHashMap<>();

    /** The reasons of failed attempts that were logged since the server was reached. */
    private final Set<String> failures = new HashSet<>();

    /** Whether the latest line above debug says that the server is lost. */
    private boolean saysLost;

    static LossLog of(Vertx vertx, RedisUrl server) {
        LocalMap<String, LossLog> all = vertx.sharedData().getLocalMap("io.redistributed.redis.losses");
        return all.computeIfAbsent(server.toString(), absent -> new LossLog());
    }

    /** Returns the level for a loss. */
    synchronized Level lost(String reason) {
        long now = System.nanoTime();
        Long last = logged.get(reason);
        if (last != null && now - last < PAUSE_NANOS) {
            return Level.DEBUG;
        }
        if (logged.size() == MAX_REASONS) {
            logged.clear();
        }
        logged.put(reason, now);
        saysLost = true;
        return Level.WARN;
    }

    /** Returns the level for a failed attempt to connect that an operator should know of: a warning once for each reason. */
    synchronized Level failed(String reason) {
        boolean isNews = failures.size() < MAX_REASONS && failures.add(reason);
        Level level = isNews || !saysLost ? Level.WARN : Level.DEBUG;
        saysLost = true;
        return level;
    }

    /** Returns the level for the first link that is back, and for the others. */
    synchronized Level reconnected() {
        Level level = saysLost ? Level.INFO : Level.DEBUG;
        saysLost = false;
        failures.clear();
        return level;
    }
}
