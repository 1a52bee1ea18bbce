package io.redistributed.chaos;

import java.util.Random;

/** A worker's network to Redis is cut without closing connections; the worker continues. */
record CutFault() implements Fault {

    @Override
    public String name() {
        return "cut-worker";
    }

    @Override
    public Track track() {
        return Track.WORKERS;
    }

    @Override
    public void strike(Cluster cluster, Random random, FaultLog log) throws InterruptedException {
        Node node = cluster.anyWorker(random);
        double leases = 0.2 + 2 * random.nextDouble();
        try (FaultLog.Open open = log.begin(this, node.life().name())) {
            node.network().cut();
            Thread.sleep((long) (leases * cluster.lease().toMillis()));
            node.network().mend();
        }
    }
}
