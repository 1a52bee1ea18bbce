package io.redistributed.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The main class of {@code scripts/storm.sh}, which documents the arguments: as many reports as the cluster takes, while its
 * processes are killed and frozen. Unlike {@link Chaos} it keeps little of each report, so that there can be millions.
 */
public final class Storm {

    private static final int MAX_SHOWN = 10;
    private static final Duration PAUSE = Duration.ofSeconds(3);
    private static final long LONGEST_DRAIN_SECONDS = 300;
    private static final long PROGRESS_SECONDS = 10;

    private final ChaosOptions options;
    private final Cluster cluster;
    private final FaultLog faults = new FaultLog();
    private final BulkLoad load;

    private Storm(ChaosOptions options, Cluster cluster, int reports) {
        this.options = options;
        this.cluster = cluster;
        this.load = new BulkLoad(cluster.apis(), options.seed(), reports);
    }

    /** Exits with 1 if a guarantee was broken. */
    public static void main(String[] arguments) throws Exception {
        int reports = Integer.parseInt(argument(arguments, 0, "1000000"));
        long seed = Long.parseLong(argument(arguments, 1, String.valueOf(Chaos.newSeed())));
        String names = argument(arguments, 2, "kill-worker,pause-worker,kill-api,kill-redis,freeze-redis");
        Duration lease = Duration.ofSeconds(Long.parseLong(argument(arguments, 3, "5")));
        ChaosOptions options = new ChaosOptions(
                Topology.STANDALONE,
                1,
                Duration.ZERO,
                seed,
                Faults.named(names, Topology.STANDALONE),
                lease,
                0,
                true,
                Chaos.jar(),
                Chaos.newFolder());
        System.out.println("Storm: scripts/storm.sh " + reports + " " + seed + " " + names + " " + lease.toSeconds());
        List<String> violations;
        try (Cluster cluster = Cluster.start(options)) {
            violations = new Storm(options, cluster, reports).run();
        }
        violations.stream().limit(MAX_SHOWN).forEach(System.out::println);
        if (violations.isEmpty()) {
            Folders.remove(options.folder());
        } else {
            System.out.println(violations.size() + " violations; the logs are in " + options.folder());
        }
        System.exit(violations.isEmpty() ? 0 : 1);
    }

    private static String argument(String[] arguments, int index, String otherwise) {
        return index < arguments.length ? arguments[index] : otherwise;
    }

    private List<String> run() throws IOException, InterruptedException, ExecutionException {
        long start = System.nanoTime();
        load.start();
        strikeUntilLoaded();
        long loaded = System.nanoTime();
        load.close();
        long deadline = loaded + TimeUnit.SECONDS.toNanos(LONGEST_DRAIN_SECONDS);
        while (!EndedList.isComplete(cluster.redis()) && System.nanoTime() < deadline) {
            Thread.sleep(100);
        }
        long drained = System.nanoTime();
        for (Node node : cluster.nodes()) {
            cluster.stop(node);
        }
        StormFigures figures = StormFigures.of(load, EndedList.read(cluster.redis()), cluster, faults.entries());
        figures.lines(options.faults(), loaded - start, drained - loaded).forEach(System.out::println);
        List<String> violations = new ArrayList<>(figures.violations());
        violations.addAll(cluster.complaints());
        return violations;
    }

    private void strikeUntilLoaded() throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<Void>> tracks = new ArrayList<>();
            for (Fault.Track track : Fault.Track.values()) {
                List<Fault> own = options.faults().stream()
                        .filter(fault -> fault.track() == track)
                        .toList();
                tracks.add(threads.submit(new FaultTrack(
                        cluster, faults, own, options.seed() + track.ordinal(), PAUSE, load::isGoingOn)));
            }
            while (!load.await(PROGRESS_SECONDS)) {
                System.out.println("          " + load.accepted() + " accepted");
            }
            for (Future<Void> track : tracks) {
                track.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
