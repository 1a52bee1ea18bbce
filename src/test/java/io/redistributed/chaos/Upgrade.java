package io.redistributed.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The main class of {@code scripts/upgrade.sh}, which documents it: a cluster of an older version is upgraded node by node to
 * this one, and back, under load.
 */
public final class Upgrade {

    private static final List<String> ORDER = List.of("worker-1", "api-1", "worker-2", "api-2", "worker-3");
    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final int RATE = 40;

    private Upgrade() {}

    /** Exits with 1 if a guarantee was broken. */
    public static void main(String[] arguments) throws Exception {
        Path older = Path.of(arguments[0]);
        List<Fault> steps = new ArrayList<>();
        ORDER.forEach(node -> steps.add(new ReplaceFault(node, "new", Chaos.jar())));
        ORDER.forEach(node -> steps.add(new ReplaceFault(node, "old", older)));
        ChaosOptions options = new ChaosOptions(
                Topology.STANDALONE,
                1,
                ChaosOptions.EACH_FAULT_ONCE,
                Chaos.newSeed(),
                steps,
                LEASE,
                RATE,
                false,
                older,
                Chaos.newFolder());
        System.exit(ChaosRun.run(options).isEmpty() ? 0 : 1);
    }
}
