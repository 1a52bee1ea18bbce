package io.redistributed.chaos;

import io.redistributed.testing.RedisServer;
import java.io.IOException;
import java.util.Random;

/**
 * A master of Redis is gone from one moment to the next, and comes back when another has taken over: killed, with its data
 * or as a new server without any; or frozen, and then at first it takes itself for the master still. What it had
 * answered in the last moment need not have been replicated.
 */
record LoseMasterFault(String name, boolean isKilled) implements Fault {

    @Override
    public Track track() {
        return Track.SERVERS;
    }

    @Override
    public boolean suits(Topology topology) {
        return topology != Topology.STANDALONE;
    }

    @Override
    public void strike(Cluster cluster, Random random, FaultLog log) throws IOException, InterruptedException {
        int partition = cluster.anyPartition(random);
        int away = random.nextInt(3_000);
        boolean isReplaced = random.nextBoolean();
        ReplicatedServers redis = cluster.replicatedRedis();
        RedisServer master = redis.master(partition);
        try (LastWrites writes = LastWrites.watch(master, partition)) {
            try (FaultLog.Open open = log.begin(this, cluster.struckWith(partition))) {
                lose(master);
                RedisServer successor = redis.successorOf(master, partition);
                open.announced();
                writes.succeededBy(successor);
                Thread.sleep(away);
                if (!isKilled) {
                    master.resume();
                } else if (isReplaced) {
                    redis.replace(master, successor);
                } else {
                    master.restart();
                }
            }
            redis.awaitComplete();
            log.unreplicated().add(writes.unreplicated());
        }
    }

    private void lose(RedisServer master) {
        if (isKilled) {
            master.kill();
        } else {
            master.pause();
        }
    }
}
