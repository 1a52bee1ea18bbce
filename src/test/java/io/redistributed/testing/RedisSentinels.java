package io.redistributed.testing;

import static io.redistributed.testing.Waiting.eventually;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A master and two replicas, with three sentinels for which a server is dead after half a second. All require passwords;
 * the sentinels' differ from the servers'.
 *
 * <p>All methods block until their condition holds. For one thread.
 */
public final class RedisSentinels implements AutoCloseable {

    /** How to reach the master, by its name; in database 2 and as an ACL user. */
    public static final String MASTER = "redis://app:secret@the_master/2";

    private static final String NAME = "the_master";

    /** For some, {@code localhost} is IPv6 first. */
    private static final String LOOPBACK = "bind 127.0.0.1 -::1";

    private final List<RedisServer> servers = new ArrayList<>();
    private final List<RedisServer> sentinels = new ArrayList<>();
    private final List<String> configLines;

    private RedisSentinels(List<String> configLines) {
        this.configLines = configLines;
    }

    /**
     * Returns once the sentinels know each other and the replicas follow.
     *
     * @param configLines more of them, which may overrule ours: for the sentinels if they begin with {@code sentinel}, else
     *     for the servers
     */
    public static RedisSentinels start(String... configLines) {
        RedisSentinels started = new RedisSentinels(List.of(configLines));
        try {
            started.startServers();
            started.startSentinels();
            return started;
        } catch (RuntimeException | Error e) {
            started.close();
            throw e;
        }
    }

    public List<RedisServer> servers() {
        return servers;
    }

    public List<RedisServer> sentinels() {
        return sentinels;
    }

    /** Of the sentinels. */
    public List<String> urls() {
        return sentinels.stream().map(RedisServer::url).toList();
    }

    /** Kills one of the sentinels, for good. */
    public void loseASentinel() {
        sentinels.remove(2).close();
    }

    /** The master before any failover. */
    public RedisServer first() {
        return servers.get(0);
    }

    /** Makes the sentinels promote another server, as if the master were dead. */
    public void failOver() {
        sentinels.get(0).cli("SENTINEL", "FAILOVER", NAME);
    }

    /** Lets neither sentinels nor replicas into the first master any more; clients stay. */
    public void cutOffFirst() {
        try (RedisCli cli = new RedisCli(first().port())) {
            cli.call("AUTH", "all");
            cli.call("ACL", "SETUSER", "default", "resetpass", ">changed");
            cli.call("CLIENT", "KILL", "USER", "default", "SKIPME", "yes");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until a sentinel names another master than the first, and returns that. */
    public RedisServer promoted() {
        eventually(() -> successorOf(first()).isPresent());
        return successorOf(first()).orElseThrow();
    }

    /** The master, by a sentinel that names another than {@code old}; empty if none does. */
    public Optional<RedisServer> successorOf(RedisServer old) {
        return sentinels.stream().map(this::named).filter(named -> named != old).findAny();
    }

    /** The master that most sentinels name. */
    public RedisServer master() {
        List<RedisServer> named = sentinels.stream().map(this::named).toList();
        return Collections.max(named, Comparator.comparing(server -> Collections.frequency(named, server)));
    }

    /** Whether all sentinels name the same master, and the others follow it and could take over. */
    public boolean isComplete() {
        RedisServer master = master();
        return sentinels.stream().allMatch(sentinel -> named(sentinel) == master && hasAll(sentinel))
                && ((List<?>) ((List<?>) master.cli("ROLE")).get(2)).size() == servers.size() - 1;
    }

    @Override
    public void close() {
        Stream.of(sentinels, servers).flatMap(List::stream).forEach(RedisServer::close);
    }

    private void startServers() {
        for (int i = 0; i < 3; i++) {
            List<String> lines = new ArrayList<>(List.of(
                    "requirepass all",
                    "masterauth all",
                    "user app on >secret ~* &* +@all",
                    LOOPBACK,
                    "replica-announce-ip localhost",
                    "repl-diskless-sync-delay 0"));
            if (i > 0) {
                lines.add("replicaof localhost " + first().port());
            }
            lines.addAll(more(line -> !line.startsWith("sentinel ")));
            servers.add(RedisServer.start(lines.toArray(String[]::new)));
        }
        eventually(() -> ((String) first().cli("INFO", "replication")).contains("connected_slaves:2"));
        for (RedisServer replica : servers.subList(1, 3)) {
            eventually(() -> ((String) replica.cli("INFO", "replication")).contains("master_link_status:up"));
        }
    }

    private void startSentinels() {
        for (int i = 0; i < 3; i++) {
            List<String> lines = new ArrayList<>(List.of(
                    "requirepass watch",
                    LOOPBACK,
                    "sentinel resolve-hostnames yes",
                    "sentinel announce-hostnames yes",
                    "sentinel monitor " + NAME + " localhost " + first().port() + " 2",
                    "sentinel auth-pass " + NAME + " all",
                    "sentinel down-after-milliseconds " + NAME + " 500",
                    "sentinel failover-timeout " + NAME + " 3000"));
            lines.addAll(more(line -> line.startsWith("sentinel ")));
            sentinels.add(RedisServer.startSentinel(lines.toArray(String[]::new)));
        }
        eventually(this::isComplete);
    }

    private static boolean hasAll(RedisServer sentinel) {
        List<?> master = (List<?>) sentinel.cli("SENTINEL", "MASTER", NAME);
        List<?> replicas = (List<?>) sentinel.cli("SENTINEL", "REPLICAS", NAME);
        return "master".equals(value(master, "flags"))
                && "2".equals(value(master, "num-other-sentinels"))
                && replicas.size() == 2
                && replicas.stream().allMatch(replica -> "slave".equals(value((List<?>) replica, "flags")));
    }

    private static Object value(List<?> flat, String name) {
        return flat.get(flat.indexOf(name) + 1);
    }

    private List<String> more(Predicate<String> which) {
        return configLines.stream().filter(which).toList();
    }

    private RedisServer named(RedisServer sentinel) {
        List<?> address = (List<?>) sentinel.cli("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME);
        return servers.stream()
                .filter(server -> address.get(1).equals(Integer.toString(server.port())))
                .findAny()
                .orElseThrow();
    }
}
