package io.redistributed.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;

/** Strikes with the faults of one partition, one after the other, until the time is over; each once in every round. */
final class FaultTrack implements Callable<Void> {

    private static final int SHORTEST_PAUSE_MILLIS = 500;
    private static final int MORE_PAUSE_MILLIS = 2_500;

    private final Cluster cluster;
    private final FaultLog log;
    private final List<Fault> faults;
    private final Random random;
    private final long deadline;

    /** @param deadline when the last fault may begin, by {@link System#nanoTime} */
    FaultTrack(Cluster cluster, FaultLog log, List<Fault> faults, long seed, long deadline) {
        this.cluster = cluster;
        this.log = log;
        this.faults = faults;
        this.random = new Random(seed);
        this.deadline = deadline;
    }

    @Override
    public Void call() throws IOException, InterruptedException {
        List<Fault> round = new ArrayList<>();
        while (!faults.isEmpty() && rest()) {
            if (round.isEmpty()) {
                round.addAll(faults);
                Collections.shuffle(round, random);
            }
            round.remove(0).strike(cluster, random, log);
        }
        return null;
    }

    /** False if there is no time left. */
    private boolean rest() throws InterruptedException {
        Thread.sleep(SHORTEST_PAUSE_MILLIS + random.nextInt(MORE_PAUSE_MILLIS));
        return System.nanoTime() < deadline;
    }
}
