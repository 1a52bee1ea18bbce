package io.redistributed.redis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import org.jspecify.annotations.Nullable;

/** Finds the server to connect to. Futures complete on any thread. */
interface Locator {

    /**
     * The URL of the server that is in charge now; fails if none can be found. May never complete.
     *
     * @param current the one that is connected to, which is not asked again whether it agrees; or null
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

    /** What the links of this Vert.x to the same Redis have been told last. */
    static <T> CoalescingCache<T> shared(Vertx vertx, RedisSettings settings) {
        LocalMap<String, CoalescingCache<T>> all = vertx.sharedData().getLocalMap("io.redistributed.redis");
        String key = settings.mode() + " " + settings.master() + " " + settings.endpoints();
        return all.computeIfAbsent(key, absent -> new CoalescingCache<>());
    }
}
