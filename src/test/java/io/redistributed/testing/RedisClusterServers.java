package io.redistributed.testing;

import static io.redistributed.testing.Waiting.eventually;

import java.util.ArrayList;
import java.util.List;

/**
 * A Redis Cluster of three masters, each with a replica, that takes a second of silence for death. All ask for a password.
 *
 * <p>All methods block until what they say holds. For one thread.
 */
public final class RedisClusterServers implements AutoCloseable {

    private static final int MASTERS = 3;
    private static final int SLOTS = 16_384;

    private final List<RedisServer> servers = new ArrayList<>();

    private RedisClusterServers() {}

    /** Returns once every server takes the cluster for complete. */
    public static RedisClusterServers start() {
        RedisClusterServers started = new RedisClusterServers();
        try {
            started.startServers();
            started.unite();
            return started;
        } catch (RuntimeException | Error e) {
            started.close();
            throw e;
        }
    }

    /** Of all servers. */
    public List<String> urls() {
        return servers.stream().map(RedisServer::url).toList();
    }

    public List<RedisServer> servers() {
        return servers;
    }

    /** The master that all servers say has the slot of the key, once they agree and each has its replica. */
    public RedisServer masterOf(String key) {
        eventually(() -> servers.stream().allMatch(RedisClusterServers::isComplete)
                && servers.stream()
                                .map(server -> masterOf(key, server))
                                .distinct()
                                .count()
                        == 1);
        return masterOf(key, servers.get(0));
    }

    /** Waits until a server other than {@code old} says that another has its slot, and returns that. */
    public RedisServer successorOf(RedisServer old, String key) {
        RedisServer asked =
                servers.stream().filter(server -> server != old).findAny().orElseThrow();
        eventually(() -> masterOf(key, asked) != old);
        return masterOf(key, asked);
    }

    /** Moves the slot of the key, and what is in it, to another master; {@code halfway} runs when all keys have moved. */
    public RedisServer moveSlotOf(String key, Runnable halfway) {
        RedisServer from = masterOf(key);
        RedisServer to = servers.stream()
                .filter(server -> server != from && isMaster(server))
                .findAny()
                .orElseThrow();
        String slot = servers.get(0).cli("CLUSTER", "KEYSLOT", key).toString();
        to.cli("CLUSTER", "SETSLOT", slot, "IMPORTING", id(from));
        from.cli("CLUSTER", "SETSLOT", slot, "MIGRATING", id(to));
        for (List<?> keys = keysIn(slot, from); !keys.isEmpty(); keys = keysIn(slot, from)) {
            List<String> migrate = new ArrayList<>(
                    List.of("MIGRATE", "127.0.0.1", "" + to.port(), "", "0", "5000", "AUTH", "secret", "KEYS"));
            keys.forEach(one -> migrate.add((String) one));
            from.cli(migrate.toArray(String[]::new));
        }
        halfway.run();
        to.cli("CLUSTER", "SETSLOT", slot, "NODE", id(to));
        from.cli("CLUSTER", "SETSLOT", slot, "NODE", id(to));
        return to;
    }

    @Override
    public void close() {
        servers.forEach(RedisServer::close);
    }

    private void startServers() {
        for (int i = 0; i < 2 * MASTERS; i++) {
            servers.add(RedisServer.start(
                    "requirepass secret",
                    "masterauth secret",
                    "cluster-enabled yes",
                    "cluster-port " + RedisServer.freePort(),
                    "cluster-node-timeout 1000",
                    "cluster-replica-validity-factor 0",
                    "cluster-allow-replica-migration no",
                    "repl-diskless-sync-delay 0",
                    // Replicas are told of only once they have heard from their master.
                    "repl-ping-replica-period 1"));
        }
    }

    private void unite() {
        for (int i = 0; i < MASTERS; i++) {
            String first = Integer.toString(SLOTS * i / MASTERS);
            String last = Integer.toString(SLOTS * (i + 1) / MASTERS - 1);
            servers.get(i).cli("CLUSTER", "ADDSLOTSRANGE", first, last);
            servers.get(i).cli("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
        }
        for (RedisServer server : servers.subList(1, servers.size())) {
            servers.get(0).cli("CLUSTER", "MEET", "127.0.0.1", "" + server.port(), busPort(server));
        }
        for (int i = 0; i < MASTERS; i++) {
            RedisServer replica = servers.get(MASTERS + i);
            String master = id(servers.get(i));
            eventually(() -> replica.cli("CLUSTER", "NODES").toString().contains(master));
            replica.cli("CLUSTER", "REPLICATE", master);
        }
        masterOf("any");
    }

    private static boolean isComplete(RedisServer server) {
        // first, last, master, replica
        return server.cli("CLUSTER", "INFO").toString().contains("cluster_state:ok")
                && slots(server).stream().allMatch(range -> range.size() == 4);
    }

    private RedisServer masterOf(String key, RedisServer asked) {
        long slot = (Long) asked.cli("CLUSTER", "KEYSLOT", key);
        return slots(asked).stream()
                .filter(range -> (Long) range.get(0) <= slot && slot <= (Long) range.get(1))
                .map(range -> (List<?>) range.get(2))
                .flatMap(address ->
                        servers.stream().filter(server -> address.get(1).equals((long) server.port())))
                .findAny()
                .orElseThrow();
    }

    private static boolean isMaster(RedisServer server) {
        return "master".equals(((List<?>) server.cli("ROLE")).get(0));
    }

    private static List<?> keysIn(String slot, RedisServer server) {
        return (List<?>) server.cli("CLUSTER", "GETKEYSINSLOT", slot, "100");
    }

    private static List<List<?>> slots(RedisServer server) {
        List<List<?>> ranges = new ArrayList<>();
        ((List<?>) server.cli("CLUSTER", "SLOTS")).forEach(range -> ranges.add((List<?>) range));
        return ranges;
    }

    private static String id(RedisServer server) {
        return (String) server.cli("CLUSTER", "MYID");
    }

    private static String busPort(RedisServer server) {
        return (String) ((List<?>) server.cli("CONFIG", "GET", "cluster-port")).get(1);
    }
}
