package io.redistributed.chaos;

import io.redistributed.testing.RedisServer;
import java.util.Random;

/**
 * Redis pauses for a while and then answers everything, as after a long script or a stalled disk. Too short to count as
 * dead.
 */
record FreezeRedisFault() implements Fault {

    @Override
    public String name() {
        return "freeze-redis";
    }

    @Override
    public Track track() {
        return Track.SERVERS;
    }

    @Override
    public void strike(Cluster cluster, Random random, FaultLog log) throws InterruptedException {
        int partition = cluster.anyPartition(random);
        int millis = 200 + random.nextInt(cluster.topology() == Topology.STANDALONE ? 6_000 : 800);
        RedisServer server = cluster.redis().master(partition);
        try (FaultLog.Open open = log.begin(this, cluster.struckWith(partition))) {
            server.pause();
            Thread.sleep(millis);
            server.resume();
        }
    }
}
