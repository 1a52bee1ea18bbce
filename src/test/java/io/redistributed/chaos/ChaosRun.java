package io.redistributed.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** One run from the start of the cluster to the verdict. */
final class ChaosRun {

    private static final int MAX_SHOWN = 30;
    private static final Duration PAUSE = Duration.ofMillis(500);

    /** Its log would have a line for every killed exporter. */
    private static final Logger GRPC = Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty");

    private final ChaosOptions options;
    private final Cluster cluster;
    private final FaultLog faults = new FaultLog();
    private final Client client;

    private ChaosRun(ChaosOptions options, Cluster cluster) {
        this.options = options;
        this.cluster = cluster;
        this.client = new Client(cluster.apis(), options.topology() != Topology.STANDALONE);
    }

    /**
     * Prints what happens, the figures, and the violations of what the queue guarantees.
     *
     * @return the violations; if there are none, the folder is removed
     */
    static List<String> run(ChaosOptions options) throws IOException, InterruptedException, ExecutionException {
        GRPC.setLevel(Level.OFF);
        System.out.println("Chaos: " + options.command());
        List<String> violations;
        try (Cluster cluster = Cluster.start(options)) {
            violations = new ChaosRun(options, cluster).run();
        }
        if (violations.isEmpty()) {
            Folders.remove(options.folder());
        } else {
            Path all = Files.write(options.folder().resolve("violations.txt"), violations);
            System.out.println(violations.size() + " violations, all in " + all + " beside the logs");
            violations.stream().limit(MAX_SHOWN).forEach(violation -> System.out.println("  " + violation));
            System.out.println("Again: " + options.command());
        }
        return violations;
    }

    private List<String> run() throws IOException, InterruptedException, ExecutionException {
        List<String> idle;
        Evidence evidence;
        Readiness readiness = Readiness.watch(cluster.apis());
        try (readiness;
                OutcomeWatch watch = OutcomeWatch.start(cluster.redis(), options.partitions())) {
            Load load = Load.start(client, options.seed(), options.rate());
            strike();
            load.stop();
            load.awaitEnds(60 + 6 * options.lease().toSeconds());
            idle = awaitIdle();
            for (Node node : cluster.workers()) {
                cluster.stop(node);
            }
            for (Node node : cluster.apis()) {
                cluster.stop(node);
            }
            evidence = Evidence.of(load.orders(), watch, cluster, faults, options.partitions());
        }
        Violations violations = new Violations(evidence.unreplicated());
        violations.addAll(idle);
        violations.addAll(cluster.complaints());
        violations.addAll(KeyCheck.afterwards(evidence.redis()));
        new ReportCheck(evidence, violations).run();
        int missingSpans = new TraceCheck(evidence, violations).run();
        HostTable hosts = new HostTable(evidence, readiness, LostAttempt.all(evidence), cluster.apis());
        violations.addAll(hosts.violations());
        new Figures(evidence, options, client.repeated(), missingSpans, violations.byReplication())
                .lines()
                .forEach(System.out::println);
        if (options.topology() == Topology.HOSTS) {
            hosts.lines(options.faults()).forEach(System.out::println);
        }
        return violations.ours();
    }

    private void strike() throws IOException, InterruptedException, ExecutionException {
        if (options.length().equals(ChaosOptions.EACH_FAULT_ONCE)) {
            Random random = new Random(options.seed());
            for (Fault fault : options.faults()) {
                fault.strike(cluster, random, faults);
            }
            return;
        }
        long deadline = System.nanoTime() + options.length().toNanos();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<Void>> partitions = new ArrayList<>();
            for (Fault.Track track : Fault.Track.values()) {
                List<Fault> own = options.faults().stream()
                        .filter(fault -> fault.track() == track)
                        .toList();
                long seed = options.seed() + track.ordinal();
                partitions.add(threads.submit(
                        new FaultTrack(cluster, faults, own, seed, PAUSE, () -> System.nanoTime() < deadline)));
            }
            for (Future<Void> partition : partitions) {
                partition.get();
            }
            Thread.sleep(Math.max(0, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
        } finally {
            threads.shutdownNow();
        }
    }

    /** Workers that have vanished are forgotten after a few leases; waits for that, and no longer. */
    private List<String> awaitIdle() throws IOException, InterruptedException {
        long deadline = System.nanoTime()
                + TimeUnit.SECONDS.toNanos(30)
                + 5 * options.lease().toNanos();
        while (true) {
            List<String> violations = KeyCheck.whileIdle(cluster.redis(), options.partitions(), cluster.workers());
            if (violations.isEmpty() || System.nanoTime() > deadline) {
                return violations;
            }
            Thread.sleep(100);
        }
    }
}
