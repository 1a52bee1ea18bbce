package io.redistributed.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Strikes with the faults of one partition, one after the other, as long as it may; each once in every round. */
final class FaultTrack implements Callable<Void> {

    private static final int MORE_PAUSE = 5;
    private static final long POLL_MILLIS = 100;

    private final Cluster cluster;
    private final FaultLog log;
    private final List<Fault> faults;
    private final Random random;
    private final long pauseMillis;
    private final BooleanSupplier goesOn;

    /**
     * @param shortestPause between faults; the longest is six times that
     * @param goesOn whether another fault may begin
     */
    FaultTrack(
            Cluster cluster,
            FaultLog log,
            List<Fault> faults,
            long seed,
            Duration shortestPause,
            BooleanSupplier goesOn) {
        this.cluster = cluster;
        this.log = log;
        this.faults = faults;
        this.random = new Random(seed);
        this.pauseMillis = shortestPause.toMillis();
        this.goesOn = goesOn;
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
        long end = System.nanoTime()
                + TimeUnit.MILLISECONDS.toNanos(pauseMillis + random.nextInt((int) (MORE_PAUSE * pauseMillis)));
        while (goesOn.getAsBoolean() && System.nanoTime() < end) {
            Thread.sleep(Math.min(pauseMillis, POLL_MILLIS));
        }
        return goesOn.getAsBoolean();
    }
}
