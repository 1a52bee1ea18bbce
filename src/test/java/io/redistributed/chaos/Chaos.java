package io.redistributed.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** {@code Chaos [seconds [seed [faults [lease in seconds [reports a second]]]]]}; {@code scripts/chaos.sh} calls it. */
public final class Chaos {

    private Chaos() {}

    /** Exits with 1 if a guarantee was broken. */
    public static void main(String[] args) throws Exception {
        ChaosOptions options = new ChaosOptions(
                Duration.ofSeconds(Long.parseLong(argument(args, 0, "120"))),
                Long.parseLong(argument(args, 1, String.valueOf(newSeed()))),
                Faults.named(argument(args, 2, "usual")),
                Duration.ofSeconds(Long.parseLong(argument(args, 3, "10"))),
                Integer.parseInt(argument(args, 4, "60")),
                jar(),
                newFolder());
        System.exit(ChaosRun.run(options).isEmpty() ? 0 : 1);
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

    private static String argument(String[] args, int index, String otherwise) {
        return args.length > index ? args[index] : otherwise;
    }
}
