package io.redistributed.redis;

import io.redistributed.settings.Settings;
import io.vertx.core.json.JsonArray;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;

/**
 * How to reach a Redis.
 *
 * @param url {@code redis[s]://[[user]:password@]host[:port][/database]}; with {@code rediss}, the server's certificate
 *     must be one that the JVM trusts, for that host
 * @param connectTimeout longest time for one attempt to connect, log in and subscribe again; default 5 s
 * @param commandTimeout longest silence of the server, after which the connection is given up as dead and commands
 *     without a reply fail; must be longer than any script or blocking command takes; default 5 s
 */
public record RedisSettings(String url, Duration connectTimeout, Duration commandTimeout) {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(1);
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(1);

    public RedisSettings {
        if (!isRedis(url)) {
            throw new IllegalArgumentException("redis.endpoints: '" + withoutPassword(url)
                    + "' is not a Redis URL; write redis://[[user]:password@]host[:port][/database]");
        }
        check("redis.connectTimeout", connectTimeout);
        check("redis.commandTimeout", commandTimeout);
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

    private static boolean isRedis(String url) {
        try {
            URI uri = new URI(url);
            return uri.getHost() != null
                    && ("redis".equals(uri.getScheme()) || "rediss".equals(uri.getScheme()))
                    && uri.getPort() <= 65_535
                    && uri.getPath().matches("(/\\d{0,9})?");
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static void check(String name, Duration timeout) {
        if (timeout.compareTo(SHORTEST_TIMEOUT) < 0 || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
            throw new IllegalArgumentException(name + ": " + timeout.toMillis() + " ms is not from 1 ms to 1 day");
        }
    }

    /** Without the user too, and without a query, where passwords may stand as well. */
    private static String withoutPassword(String url) {
        return url.replaceFirst("//.*@", "//").replaceFirst("\\?.*", "");
    }
}
