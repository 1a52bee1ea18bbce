package io.redistributed.chaos;

import io.redistributed.testing.RedisSentinels;
import io.redistributed.testing.RedisServer;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A master and two replicas, at least one of which must be there for the master to take anything. */
final class SentinelServers implements ReplicatedServers {

    private static final String MASTER = "redis://app:secret@the_master";
    private static final String LEAST_REPLICAS = "min-replicas-to-write";
    private static final Pattern OFFSET = Pattern.compile("(?:slave|master)_repl_offset:(\\d+)");

    private final RedisSentinels servers = RedisSentinels.start(
            LEAST_REPLICAS + " 1",
            "min-replicas-max-lag 3",
            "auto-aof-rewrite-percentage 0",
            // On a busy machine a server may not run for a while.
            "sentinel down-after-milliseconds the_master 2000");

    @Override
    public String settings() {
        String urls = servers.urls().stream()
                .map(url -> '"' + url.replace("127.0.0.1", "localhost") + '"')
                .collect(Collectors.joining(", "));
        return "{ mode: sentinel, master: \"" + MASTER + "\", endpoints: [" + urls + "] }";
    }

    @Override
    public List<RedisServer> all() {
        return Stream.of(servers.servers(), servers.sentinels())
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public RedisServer master(int partition) {
        return servers.master();
    }

    @Override
    public RedisServer successorOf(RedisServer old, int partition) {
        Patience.until(() -> servers.successorOf(old).isPresent());
        return servers.successorOf(old).orElseThrow();
    }

    /** Sentinel promotes a replica while the old master still accepts writes, so make the old one refuse them. */
    @Override
    public void handOver(int partition) {
        RedisServer master = servers.master();
        master.cli("CONFIG", "SET", LEAST_REPLICAS, "100");
        Patience.until(() ->
                servers.servers().stream().allMatch(server -> offset(server).equals(offset(master))));
        Patience.until(this::beginsFailover);
    }

    /** Sentinels refuse as long as they take no replica for good. */
    private boolean beginsFailover() {
        try {
            servers.failOver();
            return true;
        } catch (UncheckedIOException refused) {
            return false;
        }
    }

    @Override
    public void replace(RedisServer dead, RedisServer successor) {
        dead.restartEmpty();
    }

    @Override
    public void awaitComplete() {
        Patience.until(servers::isComplete);
        for (RedisServer server : servers.servers()) {
            server.cli("CONFIG", "SET", LEAST_REPLICAS, "1");
        }
    }

    @Override
    public void close() {
        servers.close();
    }

    private static String offset(RedisServer server) {
        Matcher matcher = OFFSET.matcher((String) server.cli("INFO", "replication"));
        return matcher.find() ? matcher.group(1) : "none";
    }
}
