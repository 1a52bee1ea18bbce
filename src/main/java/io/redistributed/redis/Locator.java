package io.redistributed.redis;

import io.redistributed.vertx.internal.NodeContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
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
    @SuppressWarnings("unchecked")
    static <T> CoalescingCache<T> shared(Vertx vertx, RedisSettings settings) {
        String key = settings.mode() + " " + settings.master() + " " + settings.endpoints();
        return NodeContext.of(vertx).get(CoalescingCache.class, key, CoalescingCache::new);
    }
}
