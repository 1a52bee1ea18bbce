package io.redistributed.chaos;

import io.redistributed.testing.RedisServer;
import java.io.IOException;
import java.util.Random;

/**
 * A master of Redis fails and returns after another has taken over: killed, with its data or empty; or frozen, and then
 * it still acts as the master at first. Its last writes may not have been replicated.
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
