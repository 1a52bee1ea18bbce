package io.redistributed.chaos;

import java.util.Random;

/** Delays all traffic to and from Redis, for all nodes. */
record SlowRedisFault() implements Fault {

    @Override
    public String name() {
        return "slow-redis";
    }

    @Override
    public Track track() {
        return Track.SERVERS;
    }

    @Override
    public void strike(Cluster cluster, Random random, FaultLog log) throws InterruptedException {
        int delay = 20 + random.nextInt(280);
        int millis = 1_000 + random.nextInt(4_000);
        try (FaultLog.Open open = log.begin(this, "")) {
            cluster.nodes().forEach(node -> node.network().delay(delay));
            Thread.sleep(millis);
            cluster.nodes().forEach(node -> node.network().delay(0));
        }
    }
}
