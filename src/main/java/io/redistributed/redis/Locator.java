package io.redistributed.redis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import org.jspecify.annotations.Nullable;

/** Finds the server to connect to. Futures complete on any thread. */
interface Locator {

    /**
     * Returns the URL of the current master. Fails if there is none; may never complete.
     *
     * @param current the connected server, which needs no confirmation; or null
     */
    Future<String> locate(@Nullable String current);

    static Locator of(Vertx vertx, RedisSettings settings) {
        return switch (settings.mode()) {
            case STANDALONE ->
                current -> Future.succeededFuture(settings.endpoints().get(0));
            case SENTINEL -> new SentinelLocator(vertx, settings);
            case CLUSTER -> new ClusterLocator(vertx, settings);
        };
    }

    /** Returns the cached answer that all links of this Vert.x to the same Redis share. */
    static <T> CoalescingCache<T> shared(Vertx vertx, RedisSettings settings) {
        LocalMap<String, CoalescingCache<T>> all = vertx.sharedData().getLocalMap("io.redistributed.redis");
        String key = settings.mode() + " " + settings.master() + " " + settings.endpoints();
        return all.computeIfAbsent(key, absent -> new CoalescingCache<>());
    }
}
