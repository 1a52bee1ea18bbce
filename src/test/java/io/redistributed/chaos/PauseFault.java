package io.redistributed.chaos;

import java.io.IOException;
import java.util.Random;

/** A worker is paused for longer than the lease and then continues: its late outcomes must not count. */
record PauseFault() implements Fault {

    @Override
    public String name() {
        return "pause-worker";
    }

    @Override
    public Track track() {
        return Track.WORKERS;
    }

    @Override
    public void strike(Cluster cluster, Random random, FaultLog log) throws IOException, InterruptedException {
        Node node = cluster.anyWorker(random);
        double leases = 1.1 + random.nextDouble();
        try (FaultLog.Open open = log.begin(this, node.life().name())) {
            node.pause();
            Thread.sleep((long) (leases * cluster.lease().toMillis()));
            node.resume();
        }
    }
}
