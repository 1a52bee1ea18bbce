package io.redistributed.chaos;

import java.io.IOException;
import java.util.List;
import java.util.Random;

/** A process is killed and restarted later. */
record KillFault(String name, Track track) implements Fault {

    @Override
    public void strike(Cluster cluster, Random random, FaultLog log) throws IOException, InterruptedException {
        List<Node> nodes = track == Track.WORKERS ? cluster.workers() : cluster.apis();
        Node node = nodes.get(random.nextInt(nodes.size()));
        int away = random.nextInt(3_000);
        try (FaultLog.Open open = log.begin(this, node.life().name())) {
            node.kill();
            Thread.sleep(away);
            node.start();
        }
    }
}
