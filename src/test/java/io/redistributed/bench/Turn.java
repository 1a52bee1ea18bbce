package io.redistributed.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * One turn of a contender: a fixed number of jobs, from the first request until the last job is completed, so that a
 * queue that accepts faster than it completes does not count as fast.
 *
 * @param acceptedPerSecond until the last request was answered
 * @param completedPerSecond until the last job was completed
 * @param redisCpuMicros of Redis, per job
 * @param cpuMicros of the contender's processes, per job
 * @param loadCpuMicros of the load generator, per job
 */
record Turn(
        double acceptedPerSecond,
        double completedPerSecond,
        double redisCpuMicros,
        double cpuMicros,
        double loadCpuMicros) {

    private static final long DRAIN_SECONDS = 60;

    static Turn of(Contender contender, HttpLoad load, int jobs) throws IOException, InterruptedException {
        long completed = contender.completed();
        double redisCpu = contender.redisCpuMicros();
        double cpu = contender.cpuMicros();
        long start = System.nanoTime();
        Duration loadCpu = load.post(contender.port(), jobs);
        double accepted = secondsSince(start);
        awaitCompleted(contender, completed + jobs);
        double seconds = secondsSince(start);
        return new Turn(
                jobs / accepted,
                jobs / seconds,
                (contender.redisCpuMicros() - redisCpu) / jobs,
                (contender.cpuMicros() - cpu) / jobs,
                loadCpu.toNanos() / 1000.0 / jobs);
    }

    private static void awaitCompleted(Contender contender, long jobs) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DRAIN_SECONDS);
        for (long completed = contender.completed(); completed < jobs; completed = contender.completed()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        (jobs - completed) + " jobs are not completed after " + DRAIN_SECONDS + " s");
            }
            Thread.sleep(10);
        }
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) * 1e-9;
    }
}
