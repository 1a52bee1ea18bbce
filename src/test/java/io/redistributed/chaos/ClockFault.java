package io.redistributed.chaos;

import java.io.IOException;
import java.util.Random;

/**
 * The clock of Redis' host jumps ahead by up to five minutes and stays there. It is Redis' that jumps, as the
 * difference between hosts is what may matter, and libfaketime makes Java spin. It never jumps back, because everything
 * scheduled would wait until that time is reached again.
 *
 * <p>Not usual, as of the servers only the bundled Redis runs with libfaketime: those of distributions share its memory
 * allocator.
 */
record ClockFault() implements Fault {

    @Override
    public String name() {
        return "clock-redis";
    }

    @Override
    public Track track() {
        return Track.SERVERS;
    }

    @Override
    public boolean isUsual() {
        return false;
    }

    @Override
    public boolean suits(Topology topology) {
        return topology == Topology.STANDALONE;
    }

    @Override
    public void strike(Cluster cluster, Random random, FaultLog log) throws IOException, InterruptedException {
        int seconds = 1 + random.nextInt(300);
        try (FaultLog.Open open = log.begin(this, "")) {
            cluster.clock().jump(seconds);
        }
    }
}
