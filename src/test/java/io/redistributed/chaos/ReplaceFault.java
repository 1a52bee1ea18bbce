package io.redistributed.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/** A step of a rolling upgrade: a node stops gracefully, and starts again with another jar. */
record ReplaceFault(String node, String version, Path jar) implements Fault {

    @Override
    public String name() {
        return node + ">" + version;
    }

    @Override
    public Track track() {
        return Track.WORKERS;
    }

    @Override
    public void strike(Cluster cluster, Random random, FaultLog log) throws IOException, InterruptedException {
        Node replaced = cluster.nodes().stream()
                .filter(each -> each.name().equals(node))
                .findFirst()
                .orElseThrow();
        try (FaultLog.Open open = log.begin(this, replaced.life().name())) {
            cluster.stop(replaced);
            cluster.use(replaced, jar);
            replaced.start();
        }
        // Both versions work side by side for a while.
        Thread.sleep(2 * cluster.lease().toMillis());
    }
}
