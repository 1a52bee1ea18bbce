package io.redistributed.chaos;

import io.redistributed.testing.RedisServer;
import java.util.Random;

/** Redis answers nobody for a while, and then everybody at once, as after a long script or a stalled disk; not long enough
 * to be taken for dead. */
record FreezeRedisFault() implements Fault {

    @Override
    public String name() {
        return "freeze-redis";
    }

    @Override
    public Lane lane() {
        return Lane.SERVERS;
    }

    @Override
    public void strike(Cluster cluster, Random random, FaultLog log) throws InterruptedException {
        int lane = cluster.anyLane(random);
        int millis = 200 + random.nextInt(cluster.topology() == Topology.STANDALONE ? 6_000 : 800);
        RedisServer server = cluster.redis().master(lane);
        try (FaultLog.Open open = log.begin(this, cluster.struckWith(lane))) {
            server.pause();
            Thread.sleep(millis);
            server.resume();
        }
    }
}
