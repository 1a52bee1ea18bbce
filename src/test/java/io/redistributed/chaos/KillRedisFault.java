package io.redistributed.chaos;

import io.redistributed.testing.RedisServer;
import java.util.Random;

/** Redis is killed, and started again on its append-only file; mended once it answers. */
record KillRedisFault() implements Fault {

    @Override
    public String name() {
        return "kill-redis";
    }

    @Override
    public Track track() {
        return Track.SERVERS;
    }

    @Override
    public boolean suits(Topology topology) {
        return topology == Topology.STANDALONE;
    }

    @Override
    public void strike(Cluster cluster, Random random, FaultLog log) throws InterruptedException {
        int away = random.nextInt(3_000);
        try (FaultLog.Open open = log.begin(this, "")) {
            RedisServer server = cluster.redis().master(0);
            server.kill();
            Thread.sleep(away);
            server.restart();
        }
    }
}
