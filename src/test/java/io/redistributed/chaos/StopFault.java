package io.redistributed.chaos;

import java.io.IOException;
import java.util.Random;

/** A worker stops gracefully, as for a new version, and starts again. */
record StopFault() implements Fault {

    @Override
    public String name() {
        return "stop-worker";
    }

    @Override
    public Track track() {
        return Track.WORKERS;
    }

    @Override
    public void strike(Cluster cluster, Random random, FaultLog log) throws IOException, InterruptedException {
        Node node = cluster.anyWorker(random);
        int away = random.nextInt(1_000);
        try (FaultLog.Open open = log.begin(this, node.life().name())) {
            cluster.stop(node);
            Thread.sleep(away);
            node.start();
        }
    }
}
