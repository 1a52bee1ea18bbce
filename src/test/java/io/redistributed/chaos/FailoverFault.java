package io.redistributed.chaos;

import io.redistributed.testing.RedisServer;
import java.util.Random;

/** Another server takes over in good order, as for maintenance of the master: nothing may be lost by it. */
record FailoverFault() implements Fault {

    @Override
    public String name() {
        return "failover";
    }

    @Override
    public Lane lane() {
        return Lane.SERVERS;
    }

    @Override
    public boolean suits(Topology topology) {
        return topology != Topology.STANDALONE;
    }

    @Override
    public void strike(Cluster cluster, Random random, FaultLog log) {
        int lane = cluster.anyLane(random);
        ReplicatedServers redis = cluster.replicatedRedis();
        RedisServer master = redis.master(lane);
        try (FaultLog.Open open = log.begin(this, cluster.struckWith(lane))) {
            redis.handOver(lane);
            redis.successorOf(master, lane);
            open.announced();
        }
        redis.awaitComplete();
    }
}
