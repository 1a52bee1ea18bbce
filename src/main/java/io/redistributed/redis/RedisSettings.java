package io.redistributed.redis;

import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisRole;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How to reach a Redis. URLs are {@code redis[s]://[[user]:password@]host[:port][/database]}, or
 * {@code unix:///path} for a Unix socket; with {@code rediss}, the
 * server's certificate must be one that the JVM trusts, for the host that is connected to.
 *
 * @param mode who knows where the data is
 * @param endpoints 1 to 16 URLs. Standalone: of the one server. Sentinel: of the sentinels, with credentials of their
 *     own, if they have any. Cluster: of some nodes, from which the others are learned; those are reached with the
 *     scheme and the credentials of the first, and there is no database but 0
 * @param master with Sentinel, the name that the sentinels know the master by, or a URL with that name for a host and
 *     without a port, which says how to reach whichever server is the master: {@code rediss://user:password@mymaster/2}
 * @param hashTag in a cluster, {@code {text}}: connect to the master that has the keys and channels of this hash tag,
 *     wherever they move; empty for any master. Elsewhere of no effect
 * @param connectTimeout longest time for one attempt to connect, log in and subscribe again, and for finding out where
 *     to before it; default 5 s
 * @param commandTimeout longest silence of the server, after which the connection is given up as dead and commands
 *     without a reply fail; must be longer than any script or blocking command takes; default 5 s
 * @param maxWaitingCommands commands that may wait for their replies on one connection; the next fails with a
 *     {@link TooManyCommandsException}; default 16,384
 * @param clientOptions what else the Vert.x client is to be given, such as TLS and credentials; empty for the defaults
 * @since 0.1.0
 */
public record RedisSettings(
        Mode mode,
        List<String> endpoints,
        String master,
        String hashTag,
        Duration connectTimeout,
        Duration commandTimeout,
        int maxWaitingCommands,
        Optional<RedisOptions> clientOptions) {

    /** Who knows where the data is: we, sentinels, or the nodes themselves. */
    public enum Mode {
        /** One server, at a known address. */
        STANDALONE,
        /** The master that Redis Sentinel names. */
        SENTINEL,
        /** Redis Cluster. */
        CLUSTER
    }

    /** Name of the master unless another is given. */
    public static final String DEFAULT_MASTER = "mymaster";

    /** Both timeouts unless others are given: 5 s. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

    /** Commands that may wait unless another bound is given. */
    public static final int DEFAULT_MAX_WAITING_COMMANDS = 16_384;

    private static final int MAX_ENDPOINTS = 16;
    private static final int MAX_WAITING_COMMANDS = 1 << 24;
    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(1);
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(1);

    /**
     * Checks the values.
     *
     * @param mode who knows where the data is
     * @param endpoints 1 to 16 URLs; 1 if standalone
     * @param master of no effect but with Sentinel
     * @param hashTag of no effect but in a cluster; {@code {text}} or empty
     * @param connectTimeout 1 ms to 1 day
     * @param commandTimeout 1 ms to 1 day
     * @param maxWaitingCommands 1 to 16,777,216
     * @param clientOptions copied
     * @throws IllegalArgumentException that says what is wrong and what is allowed, and shows no password
     */
    public RedisSettings {
        clientOptions = clientOptions.map(RedisOptions::new);
        endpoints = List.copyOf(endpoints);
        int most = mode == Mode.STANDALONE ? 1 : MAX_ENDPOINTS;
        if (endpoints.isEmpty() || endpoints.size() > most) {
            throw new IllegalArgumentException("redis.endpoints: " + endpoints.size()
                    + " URLs are not as many as allowed: 1 in mode standalone, 1 to 16 in mode sentinel or cluster");
        }
        for (String endpoint : endpoints) {
            RedisUrl url = parsed("redis.endpoints", endpoint, RedisUrl::parse);
            if (mode != Mode.STANDALONE && url.isUnixSocket()) {
                throw new IllegalArgumentException(
                        "redis.endpoints: '" + url + "' is a Unix socket, which mode standalone alone can use");
            }
            if (mode != Mode.STANDALONE && url.hasDatabase()) {
                throw new IllegalArgumentException("redis.endpoints: '" + url + "' names a database; "
                        + (mode == Mode.CLUSTER ? "a cluster has none but 0" : "it belongs to redis.master"));
            }
        }
        parsed("redis.master", master, RedisUrl::parseMaster);
        if (!hashTag.isEmpty() && !hashTag.matches("\\{[^{}]+}")) {
            throw new IllegalArgumentException("hashTag: '" + hashTag + "' is not a hash tag; write {text}");
        }
        check("redis.connectTimeout", connectTimeout);
        check("redis.commandTimeout", commandTimeout);
        if (maxWaitingCommands < 1 || maxWaitingCommands > MAX_WAITING_COMMANDS) {
            throw new IllegalArgumentException(
                    "maxWaitingCommands: " + maxWaitingCommands + " is not from 1 to " + MAX_WAITING_COMMANDS);
        }
    }

    /**
     * What may be given to the Vert.x client itself.
     *
     * @return a copy of it; empty for the defaults
     */
    @Override
    public Optional<RedisOptions> clientOptions() {
        return clientOptions.map(RedisOptions::new);
    }

    /**
     * The Redis that options of the Vert.x client lead to, with all that they say of TLS, credentials and timeouts, and
     * their {@code maxWaitingHandlers}. Connections always speak RESP3 and go to masters; what options say of pools is of
     * no effect, as each connection is held.
     *
     * @param options of type {@code STANDALONE}, {@code SENTINEL} or {@code CLUSTER} and role {@code MASTER}; copied
     * @return how to reach it
     * @throws IllegalArgumentException if they are of another type or role, or name no Redis URL
     */
    public static RedisSettings of(RedisOptions options) {
        Mode mode =
                switch (options.getType()) {
                    case STANDALONE -> Mode.STANDALONE;
                    case SENTINEL -> Mode.SENTINEL;
                    case CLUSTER -> Mode.CLUSTER;
                    case REPLICATION ->
                        throw new IllegalArgumentException(
                                "type: REPLICATION is not supported; use STANDALONE, SENTINEL or CLUSTER");
                };
        if (options.getRole() != RedisRole.MASTER) {
            throw new IllegalArgumentException("role: " + options.getRole() + " is not supported; use MASTER");
        }
        return new RedisSettings(
                mode,
                mode == Mode.STANDALONE ? List.of(options.getEndpoint()) : options.getEndpoints(),
                options.getMasterName(),
                "",
                Duration.ofMillis(options.getNetClientOptions().getConnectTimeout()),
                DEFAULT_TIMEOUT,
                options.getMaxWaitingHandlers(),
                Optional.of(options));
    }

    /**
     * One Redis, with default timeouts.
     *
     * @param url {@code redis[s]://[[user]:password@]host[:port][/database]}
     * @return how to reach it
     * @throws IllegalArgumentException if that is no such URL
     */
    public static RedisSettings of(String url) {
        return of(Mode.STANDALONE, List.of(url), DEFAULT_MASTER);
    }

    /**
     * A master that sentinels know, with default timeouts.
     *
     * @param master its name, or a URL with that name for a host
     * @param endpoints URLs of the sentinels
     * @return how to reach it
     * @throws IllegalArgumentException if one of them is no such URL
     */
    public static RedisSettings ofSentinels(String master, List<String> endpoints) {
        return of(Mode.SENTINEL, endpoints, master);
    }

    /**
     * A cluster, with default timeouts.
     *
     * @param endpoints URLs of some of its nodes
     * @return how to reach it
     * @throws IllegalArgumentException if one of them is no such URL
     */
    public static RedisSettings ofCluster(List<String> endpoints) {
        return of(Mode.CLUSTER, endpoints, DEFAULT_MASTER);
    }

    /**
     * Changes the timeouts.
     *
     * @param connectTimeout 1 ms to 1 day
     * @param commandTimeout 1 ms to 1 day
     * @return a copy with them
     */
    public RedisSettings withTimeouts(Duration connectTimeout, Duration commandTimeout) {
        return new RedisSettings(
                mode, endpoints, master, hashTag, connectTimeout, commandTimeout, maxWaitingCommands, clientOptions);
    }

    /**
     * Changes the hash tag. In a cluster, keys and channels of others are refused then.
     *
     * @param hashTag of the keys and channels to use, such as {@code {rd:0}}
     * @return a copy with it
     */
    public RedisSettings withHashTag(String hashTag) {
        return new RedisSettings(
                mode, endpoints, master, hashTag, connectTimeout, commandTimeout, maxWaitingCommands, clientOptions);
    }

    /**
     * Changes how many commands may wait for their replies.
     *
     * @param maxWaitingCommands 1 to 16,777,216
     * @return a copy with it
     */
    public RedisSettings withMaxWaitingCommands(int maxWaitingCommands) {
        return new RedisSettings(
                mode, endpoints, master, hashTag, connectTimeout, commandTimeout, maxWaitingCommands, clientOptions);
    }

    /**
     * Whether channels are those of one shard of a cluster, {@code SSUBSCRIBE} and {@code SPUBLISH}, which needs Redis 7:
     * so it is in a cluster with a hash tag. Else they are the ordinary ones, which a cluster passes on to all its nodes.
     *
     * @return whether they are
     */
    public boolean isSharded() {
        return mode == Mode.CLUSTER && !hashTag.isEmpty();
    }

    /** {@return the command, also for scripts, whose messages reach those who subscribe with the same settings} */
    public String publishCommand() {
        return isSharded() ? "SPUBLISH" : "PUBLISH";
    }

    /** The slot of the hash tag; -1 if there is none, or no cluster. */
    int slot() {
        return isSharded() ? VertxInternals.slot(hashTag) : -1;
    }

    /** {@return the host of the first endpoint; an IPv6 address without brackets; the path of a Unix socket} */
    public String host() {
        return RedisUrl.parse(endpoints.get(0)).address();
    }

    /** {@return the port of the first endpoint; 0 for a Unix socket} */
    public int port() {
        return RedisUrl.parse(endpoints.get(0)).portOrDefault();
    }

    /** What is connected to, fit for logs. */
    @Override
    public String toString() {
        String urls =
                endpoints.stream().map(url -> RedisUrl.parse(url).toString()).collect(Collectors.joining(", "));
        return switch (mode) {
            case STANDALONE -> urls;
            case SENTINEL -> RedisUrl.parseMaster(master).host() + " of the sentinels " + urls;
            case CLUSTER -> hashTag + (hashTag.isEmpty() ? "" : " of ") + "the cluster " + urls;
        };
    }

    private static RedisSettings of(Mode mode, List<String> endpoints, String master) {
        return new RedisSettings(
                mode,
                endpoints,
                master,
                "",
                DEFAULT_TIMEOUT,
                DEFAULT_TIMEOUT,
                DEFAULT_MAX_WAITING_COMMANDS,
                Optional.empty());
    }

    private static RedisUrl parsed(String key, String text, Function<String, RedisUrl> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage());
        }
    }

    private static void check(String name, Duration timeout) {
        if (timeout.compareTo(SHORTEST_TIMEOUT) < 0 || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
            throw new IllegalArgumentException(name + ": " + timeout.toMillis() + " ms is not from 1 ms to 1 day");
        }
    }
}
