package io.redistributed.bench;

import io.redistributed.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** What figures were measured on. */
final class Machine {

    private Machine() {}

    static String describe() throws IOException {
        try (RedisServer redis = RedisServer.start()) {
            return String.format(
                    Locale.ROOT,
                    "%d cores%s shared by load generator, service, Redis and collector; Java %s; Redis %s; %s %s%s%n",
                    Runtime.getRuntime().availableProcessors(),
                    cpu(),
                    Runtime.version(),
                    RedisFigures.of(redis).text("redis_version"),
                    System.getProperty("os.name"),
                    System.getProperty("os.version"),
                    load());
        }
    }

    private static String cpu() throws IOException {
        Path file = Path.of("/proc/cpuinfo");
        if (!Files.exists(file)) {
            return "";
        }
        return Files.readString(file)
                .lines()
                .filter(line -> line.startsWith("model name"))
                .map(line -> " (" + line.replaceFirst(".*:\\s*", "") + ")")
                .findFirst()
                .orElse("");
    }

    /** Figures of a machine that was busy before are worth little. */
    private static String load() throws IOException {
        Path file = Path.of("/proc/loadavg");
        return Files.exists(file)
                ? "; load average before: "
                        + String.join(" ", Arrays.copyOf(Files.readString(file).split(" "), 3))
                : "";
    }
}
