package io.redistributed.chaos;

import io.redistributed.testing.RedisClusterServers;
import io.redistributed.testing.RedisServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Three masters with a replica each. */
final class ClusterServers implements ReplicatedServers {

    private final RedisClusterServers servers = RedisClusterServers.start(
            "cluster-announce-hostname localhost",
            "cluster-preferred-endpoint-type hostname",
            "cluster-require-full-coverage no",
            "auto-aof-rewrite-percentage 0",
            // On a busy machine a server may not run for a while.
            "cluster-node-timeout 2000");

    private final Map<RedisServer, String> ids = new HashMap<>();

    ClusterServers() {
        servers.servers().forEach(server -> ids.put(server, RedisClusterServers.id(server)));
    }

    @Override
    public String settings() {
        String urls = servers.urls().stream()
                .map(url -> '"' + url.replace("127.0.0.1", "localhost") + '"')
                .collect(Collectors.joining(", "));
        return "{ mode: cluster, endpoints: [" + urls + "] }";
    }

    @Override
    public List<RedisServer> all() {
        return servers.servers();
    }

    @Override
    public RedisServer master(int partition) {
        return servers.likelyMasterOf(tag(partition));
    }

    @Override
    public RedisServer successorOf(RedisServer old, int partition) {
        return servers.successorOf(old, tag(partition));
    }

    @Override
    public void handOver(int partition) {
        servers.failOver(master(partition));
    }

    @Override
    public void replace(RedisServer dead, RedisServer successor) {
        dead.restartEmpty();
        servers.replace(dead, ids.get(dead), successor);
        ids.put(dead, RedisClusterServers.id(dead));
    }

    @Override
    public void awaitComplete() {
        Patience.until(servers::isComplete);
    }

    @Override
    public void close() {
        servers.close();
    }

    private static String tag(int partition) {
        return "{rd:" + partition + "}";
    }
}
