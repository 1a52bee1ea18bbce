package io.redistributed.redis;

import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisRole;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Holds the address of a Redis and its timeouts. URLs are {@code redis[s]://[[user]:password@]host[:port][/database]},
 * or {@code unix:///path} for a Unix socket. With {@code rediss}, the JVM must trust the server's certificate for the
 * host.
 *
 * @param mode how the master is found
 * @param endpoints 1 to 16 URLs. Standalone: the server. Sentinel: the sentinels, with their own credentials, if any.
 *     Cluster: some nodes, from which the others are discovered; those use the scheme and the credentials of the first,
 *     and database 0
 * @param master with Sentinel, the name of the master, or a URL with that name as its host and without a port, whose
 *     scheme, credentials and database apply to the master: {@code rediss://user:password@mymaster/2}
 * @param hashTag in a cluster, {@code {text}}: connects to the master of this hash tag's slot and follows it when it
 *     moves; empty for any master. Ignored in other modes
 * @param connectTimeout limit for one attempt to connect, log in and resubscribe, and for finding the master before it;
 *     default 5 s
 * @param commandTimeout time without a byte from the server after which the connection is dropped and its commands
 *     fail; must exceed the duration of any script or blocking command; default 5 s
 * @param maxWaitingCommands commands that may wait for their replies on one connection; the next fails with a
 *     {@link TooManyCommandsException}; default 16,384
 * @param clientOptions further options of the Vert.x client, such as TLS and credentials; empty for the defaults
 * @param credentials files with the credentials of the servers; empty for those in the URLs
 * @param sentinelCredentials with Sentinel, the same of the sentinels
 * @param tls files for {@code rediss}; empty for the defaults of the JVM and no client certificate
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
        Optional<RedisOptions> clientOptions,
        Optional<CredentialFiles> credentials,
        Optional<CredentialFiles> sentinelCredentials,
        Optional<TlsFiles> tls) {

    /** Selects how the master is found. */
    public enum Mode {
        /** One server, at a known address. */
        STANDALONE,
        /** The master that Redis Sentinel names. */
        SENTINEL,
        /** Redis Cluster. */
        CLUSTER
    }

    /** Default name of the master. */
    public static final String DEFAULT_MASTER = "mymaster";

    /** Default of both timeouts: 5 s. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

    /** Default limit of waiting commands. */
    public static final int DEFAULT_MAX_WAITING_COMMANDS = 16_384;

    private static final int MAX_ENDPOINTS = 16;
    private static final int MAX_WAITING_COMMANDS = 1 << 24;
    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(1);
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(1);

    /**
     * Checks the values.
     *
     * @param mode how the master is found
     * @param endpoints 1 to 16 URLs; 1 if standalone
     * @param master ignored without Sentinel
     * @param hashTag {@code {text}} or empty; ignored outside a cluster
     * @param connectTimeout 1 ms to 1 day
     * @param commandTimeout 1 ms to 1 day
     * @param maxWaitingCommands 1 to 16,777,216
     * @param clientOptions copied
     * @param credentials the URLs then contain no password, and no user if a file has it
     * @param sentinelCredentials likewise for the sentinels; ignored without Sentinel
     * @param tls a URL then uses {@code rediss}
     * @throws IllegalArgumentException if a value is not allowed; the message contains no password
     */
    public RedisSettings {
        clientOptions = clientOptions.map(RedisOptions::new);
        endpoints = List.copyOf(endpoints);
        int most = mode == Mode.STANDALONE ? 1 : MAX_ENDPOINTS;
        if (endpoints.isEmpty() || endpoints.size() > most) {
            throw new IllegalArgumentException("redis.endpoints: " + endpoints.size()
                    + " URLs are not allowed (use 1 in mode standalone, 1 to 16 in mode sentinel or cluster)");
        }
        for (String endpoint : endpoints) {
            RedisUrl url = parsed("redis.endpoints", endpoint, RedisUrl::parse);
            (mode == Mode.SENTINEL ? sentinelCredentials : credentials)
                    .ifPresent(files -> requireNone("redis.endpoints", url, files));
            if (mode != Mode.STANDALONE && url.isUnixSocket()) {
                throw new IllegalArgumentException(
                        "redis.endpoints: '" + url + "' is a Unix socket, which only mode standalone supports");
            }
            if (mode != Mode.STANDALONE && url.hasDatabase()) {
                throw new IllegalArgumentException("redis.endpoints: '" + url + "' names a database; "
                        + (mode == Mode.CLUSTER ? "a cluster has only database 0" : "it belongs to redis.master"));
            }
        }
        RedisUrl masterUrl = parsed("redis.master", master, RedisUrl::parseMaster);
        if (mode == Mode.SENTINEL) {
            credentials.ifPresent(files -> requireNone("redis.master", masterUrl, files));
        }
        if (!hashTag.isEmpty() && !hashTag.matches("\\{[^{}]+}")) {
            throw new IllegalArgumentException("hashTag: '" + hashTag + "' is not a hash tag (use {text})");
        }
        if (tls.isPresent()
                && Stream.concat(endpoints.stream(), Stream.of(master)).noneMatch(url -> url.startsWith("rediss:"))) {
            throw new IllegalArgumentException("redis.tls: no URL uses it (use rediss://)");
        }
        check("redis.connectTimeout", connectTimeout);
        check("redis.commandTimeout", commandTimeout);
        if (maxWaitingCommands < 1 || maxWaitingCommands > MAX_WAITING_COMMANDS) {
            throw new IllegalArgumentException("maxWaitingCommands: " + maxWaitingCommands
                    + " is not allowed (use 1 to " + MAX_WAITING_COMMANDS + ")");
        }
    }

    /**
     * Returns the options of the Vert.x client.
     *
     * @return a copy; empty for the defaults
     */
    @Override
    public Optional<RedisOptions> clientOptions() {
        return clientOptions.map(RedisOptions::new);
    }

    /**
     * Creates settings from options of the Vert.x client, including TLS, credentials, timeouts and
     * {@code maxWaitingHandlers}. Connections always use RESP3 and masters. Pool options are ignored, as connections
     * are not pooled.
     *
     * @param options of type {@code STANDALONE}, {@code SENTINEL} or {@code CLUSTER} and role {@code MASTER}; copied
     * @return the settings
     * @throws IllegalArgumentException if the type or role is another, or an endpoint is not a Redis URL
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
                Optional.of(options),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * Creates settings of a single server with default timeouts.
     *
     * @param url {@code redis[s]://[[user]:password@]host[:port][/database]}
     * @return the settings
     * @throws IllegalArgumentException if it is not a Redis URL
     */
    public static RedisSettings of(String url) {
        return of(Mode.STANDALONE, List.of(url), DEFAULT_MASTER);
    }

    /**
     * Creates settings of a master behind sentinels with default timeouts.
     *
     * @param master its name, or a URL with that name as its host
     * @param endpoints URLs of the sentinels
     * @return the settings
     * @throws IllegalArgumentException if one of them is not a Redis URL
     */
    public static RedisSettings ofSentinels(String master, List<String> endpoints) {
        return of(Mode.SENTINEL, endpoints, master);
    }

    /**
     * Creates settings of a cluster with default timeouts.
     *
     * @param endpoints URLs of some of its nodes
     * @return the settings
     * @throws IllegalArgumentException if one of them is not a Redis URL
     */
    public static RedisSettings ofCluster(List<String> endpoints) {
        return of(Mode.CLUSTER, endpoints, DEFAULT_MASTER);
    }

    /**
     * Returns a copy with other timeouts.
     *
     * @param connectTimeout 1 ms to 1 day
     * @param commandTimeout 1 ms to 1 day
     * @return the copy
     */
    public RedisSettings withTimeouts(Duration connectTimeout, Duration commandTimeout) {
        return new RedisSettings(
                mode,
                endpoints,
                master,
                hashTag,
                connectTimeout,
                commandTimeout,
                maxWaitingCommands,
                clientOptions,
                credentials,
                sentinelCredentials,
                tls);
    }

    /**
     * Returns a copy with another hash tag. In a cluster, keys and channels of other hash tags are then refused.
     *
     * @param hashTag hash tag of the keys and channels, such as {@code {rd:0}}
     * @return the copy
     */
    public RedisSettings withHashTag(String hashTag) {
        return new RedisSettings(
                mode,
                endpoints,
                master,
                hashTag,
                connectTimeout,
                commandTimeout,
                maxWaitingCommands,
                clientOptions,
                credentials,
                sentinelCredentials,
                tls);
    }

    /**
     * Returns a copy with another limit of commands that wait for their replies.
     *
     * @param maxWaitingCommands 1 to 16,777,216
     * @return the copy
     */
    public RedisSettings withMaxWaitingCommands(int maxWaitingCommands) {
        return new RedisSettings(
                mode,
                endpoints,
                master,
                hashTag,
                connectTimeout,
                commandTimeout,
                maxWaitingCommands,
                clientOptions,
                credentials,
                sentinelCredentials,
                tls);
    }

    /**
     * Returns a copy that reads the credentials of the servers from files.
     *
     * @param files read for each connection
     * @return the copy
     * @throws IllegalArgumentException if URLs of servers contain such credentials, too
     */
    public RedisSettings withCredentials(CredentialFiles files) {
        return new RedisSettings(
                mode,
                endpoints,
                master,
                hashTag,
                connectTimeout,
                commandTimeout,
                maxWaitingCommands,
                clientOptions,
                Optional.of(files),
                sentinelCredentials,
                tls);
    }

    /**
     * Returns a copy that reads the credentials of the sentinels from files.
     *
     * @param files read for each connection
     * @return the copy
     * @throws IllegalArgumentException if URLs of sentinels contain such credentials, too
     */
    public RedisSettings withSentinelCredentials(CredentialFiles files) {
        return new RedisSettings(
                mode,
                endpoints,
                master,
                hashTag,
                connectTimeout,
                commandTimeout,
                maxWaitingCommands,
                clientOptions,
                credentials,
                Optional.of(files),
                tls);
    }

    /**
     * Returns a copy that uses these files for TLS.
     *
     * @param files read for each connection
     * @return the copy
     * @throws IllegalArgumentException if no URL uses {@code rediss}
     */
    public RedisSettings withTls(TlsFiles files) {
        return new RedisSettings(
                mode,
                endpoints,
                master,
                hashTag,
                connectTimeout,
                commandTimeout,
                maxWaitingCommands,
                clientOptions,
                credentials,
                sentinelCredentials,
                Optional.of(files));
    }

    /**
     * Returns whether channels are sharded: {@code SSUBSCRIBE} and {@code SPUBLISH}, which need Redis 7. True in a
     * cluster with a hash tag. Ordinary channels are broadcast to all nodes of a cluster.
     *
     * @return whether channels are sharded
     */
    public boolean isSharded() {
        return mode == Mode.CLUSTER && !hashTag.isEmpty();
    }

    /** {@return the publish command, also for scripts, that matches subscriptions with these settings} */
    public String publishCommand() {
        return isSharded() ? "SPUBLISH" : "PUBLISH";
    }

    /** Returns the slot of the hash tag; -1 outside a cluster or without a hash tag. */
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

    /** Returns the address without credentials, fit for logs. */
    @Override
    public String toString() {
        String urls =
                endpoints.stream().map(url -> RedisUrl.parse(url).toString()).collect(Collectors.joining(", "));
        return switch (mode) {
            case STANDALONE -> urls;
            case SENTINEL -> RedisUrl.parseMaster(master).host() + " at sentinels " + urls;
            case CLUSTER -> hashTag + (hashTag.isEmpty() ? "" : " of ") + "cluster " + urls;
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
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static RedisUrl parsed(String key, String text, Function<String, RedisUrl> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage());
        }
    }

    private static void requireNone(String key, RedisUrl url, CredentialFiles files) {
        if (url.isUnixSocket() || url.hasPassword() || files.user().isPresent() && url.hasUser()) {
            throw new IllegalArgumentException(
                    key + ": '" + url + "' has credentials of its own, or is a Unix socket;"
                            + " files of credentials need redis[s]://[user@]host[:port][/database], without the user if a file has it");
        }
    }

    private static void check(String name, Duration timeout) {
        if (timeout.compareTo(SHORTEST_TIMEOUT) < 0 || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    name + ": " + timeout.toMillis() + " ms is not allowed (use 1 ms to 1 day)");
        }
    }
}
