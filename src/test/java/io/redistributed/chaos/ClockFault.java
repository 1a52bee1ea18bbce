package io.redistributed.chaos;

import java.io.IOException;
import java.util.Random;

/**
 * The clock of one worker's host jumps, by up to ten minutes, and stays wrong. All times of the queue are Redis' own, so
 * only the times on that worker's spans may tell.
 */
record ClockFault() implements Fault {

    @Override
    public String name() {
        return "clock-worker";
    }

    @Override
    public Lane lane() {
        return Lane.WORKERS;
    }

    @Override
    public String hindrance() {
        return FakeClock.isInstalled() ? "" : "libfaketime is not installed (Debian's package faketime)";
    }

    @Override
    public void strike(Cluster cluster, Random random, FaultLog log) throws IOException, InterruptedException {
        int seconds = random.nextInt(1_200) - 600;
        int millis = 1_000 + random.nextInt(2_000);
        try (FaultLog.Open open = log.begin(this, cluster.clock().node())) {
            cluster.clock().jumpTo(seconds);
            Thread.sleep(millis);
        }
    }
}
