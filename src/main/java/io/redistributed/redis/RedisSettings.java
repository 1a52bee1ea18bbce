package io.redistributed.redis;

import io.redistributed.settings.Settings;
import io.vertx.core.json.JsonArray;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;

/**
 * How to reach a Redis.
 *
 * @param url {@code redis[s]://[[user]:password@]host[:port][/database]}
 * @param connectTimeout longest time for one attempt to connect and log in; default 5 s
 * @param commandTimeout longest silence of the server while commands wait for their replies, after which the
 *     connection is given up as dead; default 5 s
 */
public record RedisSettings(String url, Duration connectTimeout, Duration commandTimeout) {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(10);
    private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);

    public RedisSettings {
        Objects.requireNonNull(url);
        URI uri = URI.create(url);
        if (uri.getHost() == null || !("redis".equals(uri.getScheme()) || "rediss".equals(uri.getScheme()))) {
            throw new IllegalArgumentException("redis.endpoints: '" + withoutPassword(url)
                    + "' is not a Redis URL; write redis://[[user]:password@]host[:port][/database]");
        }
    }

    /** The Redis at {@code url}, with default timeouts. */
    public static RedisSettings of(String url) {
        return new RedisSettings(url, DEFAULT_TIMEOUT, DEFAULT_TIMEOUT);
    }

    /**
     * Reads the {@code redis} part of the configuration: {@code {endpoints: [url], connectTimeout: "5s",
     * commandTimeout: "5s"}}.
     */
    public static RedisSettings from(Settings settings) {
        JsonArray endpoints = settings.array("endpoints", new JsonArray());
        if (endpoints.size() != 1) {
            throw settings.bad("endpoints", endpoints, "an array of one URL, that of the Redis to connect to");
        }
        return new RedisSettings(
                endpoints.getString(0),
                settings.duration("connectTimeout", DEFAULT_TIMEOUT, SHORTEST_TIMEOUT, LONGEST_TIMEOUT),
                settings.duration("commandTimeout", DEFAULT_TIMEOUT, SHORTEST_TIMEOUT, LONGEST_TIMEOUT));
    }

    public String host() {
        return URI.create(url).getHost();
    }

    public int port() {
        int port = URI.create(url).getPort();
        return port < 0 ? 6379 : port;
    }

    /** The URL fit for logs. */
    @Override
    public String toString() {
        return withoutPassword(url);
    }

    private static String withoutPassword(String url) {
        return url.replaceFirst("//[^@/]*@", "//");
    }
}
