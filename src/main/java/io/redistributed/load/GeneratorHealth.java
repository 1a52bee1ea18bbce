package io.redistributed.load;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Measures what the load generator adds to the figures: how busy its event loops are, how long work waits for one, how much
 * CPU a request takes.
 */
final class GeneratorHealth implements AutoCloseable {

    private static final long LOOK_EVERY_MILLIS = 10;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final ScheduledExecutorService watch =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "load-watch"));
    private final List<Generator> generators;
    private final Latencies delay = new Latencies();
    private final List<Long> cpuBefore = new ArrayList<>();
    private Duration processCpuBefore;
    private long from;

    GeneratorHealth(List<Generator> generators) {
        this.generators = generators;
    }

    /**
     * @param busiest CPU utilization of the busiest event loop, 0 to 1
     * @param delayMicros p99 of the time work waited for an event loop
     * @param cpu time of the whole process
     */
    record Findings(double busiest, long delayMicros, Duration cpu) {

        private static final double MAX_BUSY = 0.9;
        private static final long ALLOWED_LAG_MICROS = 2_000;
        /** Below this share, most of a measured latency belongs to the service. */
        private static final double ALLOWED_SHARE_OF_LATENCY = 0.5;

        /**
         * Explains why the generator was the bottleneck; empty if it was not.
         *
         * @param latencyMicros measured p99
         * @param lagMicros p99 of the delay between due and sent; 0 for a closed loop
         */
        List<String> bottlenecks(long latencyMicros, long lagMicros) {
            List<String> found = new ArrayList<>();
            if (busiest > MAX_BUSY) {
                found.add(String.format(
                        Locale.ROOT,
                        "an event loop of the generator was busy %.0f%% of the time (limit %.0f%%); give it more"
                                + " --threads, or split the load across machines",
                        100 * busiest,
                        100 * MAX_BUSY));
            }
            double allowed = Math.max(ALLOWED_LAG_MICROS, ALLOWED_SHARE_OF_LATENCY * latencyMicros);
            if (lagMicros > allowed) {
                found.add(String.format(
                        Locale.ROOT,
                        "requests were sent %.1f ms late (p99; limit %.1f ms, the greater of 2 ms and half of the"
                                + " latency); give the generator a machine of its own, more --threads, or a lower --rate",
                        lagMicros / 1000.0,
                        allowed / 1000));
            }
            return found;
        }
    }

    /** Starts measuring. */
    void start() {
        from = System.nanoTime();
        processCpuBefore = processCpu();
        generators.forEach(generator -> cpuBefore.add(cpu(generator)));
        watch.scheduleAtFixedRate(this::look, 0, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Returns the figures since the start. */
    Findings findings() {
        double nanos = System.nanoTime() - from;
        double busiest = 0;
        for (int i = 0; i < generators.size(); i++) {
            busiest = Math.max(busiest, (cpu(generators.get(i)) - cpuBefore.get(i)) / nanos);
        }
        delay.collect();
        return new Findings(
                busiest, delay.total().getValueAtPercentile(99), processCpu().minus(processCpuBefore));
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }

    private void look() {
        long asked = System.nanoTime();
        generators.forEach(
                generator -> generator.context().runOnContext(run -> delay.record(System.nanoTime() - asked)));
    }

    private long cpu(Generator generator) {
        return threads.getThreadCpuTime(generator.thread().getId());
    }

    private static Duration processCpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
