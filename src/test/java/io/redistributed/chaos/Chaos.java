package io.redistributed.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** The main class of {@code scripts/chaos.sh}, which documents the arguments. */
public final class Chaos {

    private final List<String> arguments;

    private Chaos(List<String> arguments) {
        this.arguments = new ArrayList<>(arguments);
    }

    /** Exits with 1 if a guarantee was broken. */
    public static void main(String[] arguments) throws Exception {
        System.exit(ChaosRun.run(new Chaos(List.of(arguments)).options()).isEmpty() ? 0 : 1);
    }

    static long newSeed() {
        return ThreadLocalRandom.current().nextLong(1_000_000);
    }

    static Path jar() {
        return Path.of(System.getProperty("redistributed.jar"));
    }

    static Path newFolder() throws IOException {
        Path parent = Files.createDirectories(jar().resolveSibling("chaos"));
        return Files.createTempDirectory(parent, "run");
    }

    private ChaosOptions options() throws IOException {
        Topology topology = Topology.named(option("--topology", "standalone"));
        int partitions = Integer.parseInt(option("--partitions", String.valueOf(topology.masters())));
        return new ChaosOptions(
                topology,
                partitions,
                Duration.ofSeconds(Long.parseLong(next("120"))),
                Long.parseLong(next(String.valueOf(newSeed()))),
                Faults.named(next("usual"), topology),
                Duration.ofSeconds(Long.parseLong(next("10"))),
                Integer.parseInt(next("60")),
                false,
                jar(),
                newFolder());
    }

    private String option(String name, String otherwise) {
        int index = arguments.indexOf(name);
        if (index < 0) {
            return otherwise;
        }
        arguments.remove(index);
        if (index == arguments.size()) {
            throw new IllegalArgumentException(name + " wants a value");
        }
        return arguments.remove(index);
    }

    private String next(String otherwise) {
        return arguments.isEmpty() ? otherwise : arguments.remove(0);
    }
}
