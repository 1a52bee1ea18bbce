package io.redistributed.testing;

import static io.redistributed.testing.Waiting.eventually;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A Redis Cluster of three masters, each with a replica, in which a server counts as dead after a second. All require a
 * password.
 *
 * <p>All methods block until their condition holds. For one thread.
 */
public final class RedisClusterServers implements AutoCloseable {

    private static final int MASTERS = 3;
    private static final int SLOTS = 16_384;

    private final List<RedisServer> servers = new ArrayList<>();
    private final List<String> configLines;

    private RedisClusterServers(List<String> configLines) {
        this.configLines = configLines;
    }

    /**
     * Returns when every server considers the cluster complete.
     *
     * @param configLines more of them for each server, which may overrule ours
     */
    public static RedisClusterServers start(String... configLines) {
        RedisClusterServers started = new RedisClusterServers(List.of(configLines));
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
        eventually(this::isComplete);
        return masterOf(key, servers.get(0));
    }

    /**
     * Returns the same from the first server that knows, without waiting.
     *
     * @throws UncheckedIOException if there is none
     */
    public RedisServer likelyMasterOf(String key) {
        for (RedisServer server : servers) {
            try {
                Optional<RedisServer> master = reportedMaster(key, server);
                if (master.isPresent()) {
                    return master.get();
                }
            } catch (UncheckedIOException away) {
                continue;
            }
        }
        throw new UncheckedIOException(new IOException("no server knows who has the slot of " + key));
    }

    /** Returns whether all servers agree on the slots, and each master has its replica. */
    public boolean isComplete() {
        return servers.stream().allMatch(RedisClusterServers::isComplete)
                && servers.stream().map(RedisClusterServers::masters).distinct().count() == 1;
    }

    /** Waits until another server has the slot of {@code old}, and returns it. */
    public RedisServer successorOf(RedisServer old, String key) {
        RedisServer asked =
                servers.stream().filter(server -> server != old).findAny().orElseThrow();
        eventually(() -> masterOf(key, asked) != old);
        return masterOf(key, asked);
    }

    /** Has the replica of the master take over, once it has all that the master has. */
    public void failOver(RedisServer master) {
        String id = id(master);
        servers.stream()
                .filter(server -> server.cli("CLUSTER", "NODES").toString().contains("myself,slave " + id))
                .findAny()
                .orElseThrow()
                .cli("CLUSTER", "FAILOVER");
    }

    /** Has a server that has come back as another, empty node follow the master, and all forget the node that it was. */
    public void replace(RedisServer server, String formerId, RedisServer master) {
        for (RedisServer other : servers) {
            if (other != server) {
                other.cli("CLUSTER", "FORGET", formerId);
            }
        }
        master.cli("CLUSTER", "MEET", "127.0.0.1", "" + server.port(), busPort(server));
        follow(server, master);
    }

    /** Moves the slot of the key and its keys to another master; {@code begun} runs before the first key moves. */
    public RedisServer moveSlotOf(String key, Runnable begun) {
        RedisServer from = masterOf(key);
        RedisServer to = servers.stream()
                .filter(server -> server != from && isMaster(server))
                .findAny()
                .orElseThrow();
        String slot = servers.get(0).cli("CLUSTER", "KEYSLOT", key).toString();
        to.cli("CLUSTER", "SETSLOT", slot, "IMPORTING", id(from));
        from.cli("CLUSTER", "SETSLOT", slot, "MIGRATING", id(to));
        begun.run();
        for (List<?> keys = keysIn(slot, from); !keys.isEmpty(); keys = keysIn(slot, from)) {
            List<String> migrate = new ArrayList<>(
                    List.of("MIGRATE", "127.0.0.1", "" + to.port(), "", "0", "5000", "AUTH", "secret", "KEYS"));
            keys.forEach(one -> migrate.add((String) one));
            from.cli(migrate.toArray(String[]::new));
        }
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
            List<String> lines = new ArrayList<>(List.of(
                    "requirepass secret",
                    "masterauth secret",
                    "cluster-enabled yes",
                    "cluster-port " + Ports.free(),
                    "cluster-node-timeout 1000",
                    "cluster-replica-validity-factor 0",
                    "cluster-allow-replica-migration no",
                    "repl-diskless-sync-delay 0",
                    // Replicas are reported only after contact with their master.
                    "repl-ping-replica-period 1"));
            lines.addAll(configLines);
            servers.add(RedisServer.start(lines.toArray(String[]::new)));
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
            follow(servers.get(MASTERS + i), servers.get(i));
        }
        masterOf("any");
    }

    private static void follow(RedisServer replica, RedisServer master) {
        String id = id(master);
        eventually(() -> replica.cli("CLUSTER", "NODES").toString().contains(id));
        replica.cli("CLUSTER", "REPLICATE", id);
    }

    private static boolean isUp(RedisServer server) {
        return server.cli("CLUSTER", "INFO").toString().contains("cluster_state:ok");
    }

    private static boolean isComplete(RedisServer server) {
        // first, last, master, replica
        return isUp(server)
                && slots(server).stream().allMatch(range -> range.size() == 4)
                // A node drops the messages for nodes that it has no link to.
                && !server.cli("CLUSTER", "NODES").toString().contains(" disconnected");
    }

    /** First and last slot, and the master's host and port. */
    private static Set<List<?>> masters(RedisServer server) {
        return slots(server).stream()
                .map(range -> List.of(range.get(0), range.get(1), ((List<?>) range.get(2)).subList(0, 2)))
                .collect(Collectors.toSet());
    }

    private RedisServer masterOf(String key, RedisServer asked) {
        return reportedMaster(key, asked).orElseThrow();
    }

    /** Empty if the server is new and knows none. */
    private Optional<RedisServer> reportedMaster(String key, RedisServer asked) {
        long slot = (Long) asked.cli("CLUSTER", "KEYSLOT", key);
        return slots(asked).stream()
                .filter(range -> (Long) range.get(0) <= slot && slot <= (Long) range.get(1))
                .map(range -> (List<?>) range.get(2))
                .flatMap(address ->
                        servers.stream().filter(server -> address.get(1).equals((long) server.port())))
                .findAny();
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

    /** Of the node in the cluster. */
    public static String id(RedisServer server) {
        return (String) server.cli("CLUSTER", "MYID");
    }

    private static String busPort(RedisServer server) {
        return (String) ((List<?>) server.cli("CONFIG", "GET", "cluster-port")).get(1);
    }
}
