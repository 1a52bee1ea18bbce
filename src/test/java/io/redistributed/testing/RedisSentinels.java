package io.redistributed.testing;

import static io.redistributed.testing.Waiting.eventually;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A master and two replicas, with three sentinels that take half a second of silence for death. All ask for passwords,
 * those of the sentinels being others than those of the servers.
 *
 * <p>All methods block until what they say holds. For one thread.
 */
public final class RedisSentinels implements AutoCloseable {

    /** How to reach the master, by its name; in database 2 and as an ACL user. */
    public static final String MASTER = "redis://app:secret@the_master/2";

    private static final String NAME = "the_master";

    private final List<RedisServer> servers = new ArrayList<>();
    private final List<RedisServer> sentinels = new ArrayList<>();

    private RedisSentinels() {}

    /** Returns once the sentinels know each other and the replicas follow. */
    public static RedisSentinels start() {
        RedisSentinels started = new RedisSentinels();
        try {
            started.startServers();
            started.startSentinels();
            return started;
        } catch (RuntimeException | Error e) {
            started.close();
            throw e;
        }
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

    /** Has the sentinels promote another server, as if the master were dead. */
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
        eventually(() -> sentinels.stream().anyMatch(sentinel -> named(sentinel) != first()));
        return sentinels.stream()
                .map(this::named)
                .filter(named -> named != first())
                .findAny()
                .orElseThrow();
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
                    "repl-diskless-sync-delay 0"));
            if (i > 0) {
                lines.add("replicaof 127.0.0.1 " + first().port());
            }
            servers.add(RedisServer.start(lines.toArray(String[]::new)));
        }
        eventually(() -> ((String) first().cli("INFO", "replication")).contains("connected_slaves:2"));
        for (RedisServer replica : servers.subList(1, 3)) {
            eventually(() -> ((String) replica.cli("INFO", "replication")).contains("master_link_status:up"));
        }
    }

    private void startSentinels() {
        for (int i = 0; i < 3; i++) {
            sentinels.add(RedisServer.startSentinel(
                    "requirepass watch",
                    "sentinel monitor " + NAME + " 127.0.0.1 " + first().port() + " 2",
                    "sentinel auth-pass " + NAME + " all",
                    "sentinel down-after-milliseconds " + NAME + " 500",
                    "sentinel failover-timeout " + NAME + " 3000"));
        }
        for (RedisServer sentinel : sentinels) {
            eventually(() -> {
                List<?> seen = (List<?>) sentinel.cli("SENTINEL", "MASTER", NAME);
                return "2".equals(seen.get(seen.indexOf("num-slaves") + 1))
                        && "2".equals(seen.get(seen.indexOf("num-other-sentinels") + 1));
            });
        }
    }

    private RedisServer named(RedisServer sentinel) {
        List<?> address = (List<?>) sentinel.cli("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME);
        return servers.stream()
                .filter(server -> address.get(1).equals(Integer.toString(server.port())))
                .findAny()
                .orElseThrow();
    }
}
