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
    public Track track() {
        return Track.SERVERS;
    }

    @Override
    public boolean suits(Topology topology) {
        return topology != Topology.STANDALONE;
    }

    @Override
    public void strike(Cluster cluster, Random random, FaultLog log) {
        int partition = cluster.anyPartition(random);
        ReplicatedServers redis = cluster.replicatedRedis();
        RedisServer master = redis.master(partition);
        try (FaultLog.Open open = log.begin(this, cluster.struckWith(partition))) {
            redis.handOver(partition);
            redis.successorOf(master, partition);
            open.announced();
        }
        redis.awaitComplete();
    }
}
