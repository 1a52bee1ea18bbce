package io.redistributed.spring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The program of {@code src/it} in a JVM of its own. */
final class ProgramProcess {

    private static final int LONGEST_SECONDS = 300;
    private static final Path BUILT = Path.of(System.getProperty("build.directory"));

    /** A tracer, by the jars that the others have. */
    enum Tracer {
        OPEN_TELEMETRY("brave|bridge-brave|tracing-brave"),
        BRAVE(Tracer.SDK),
        NONE(Tracer.SDK + "|brave|micrometer-tracing|spring-boot-micrometer-tracing");

        /** All but OpenTelemetry's API, which the library needs. */
        private static final String SDK = "opentelemetry-(?!api|context|common)|bridge-otel|tracing-opentelemetry"
                + "|spring-boot-opentelemetry|registry-otlp";

        private final Pattern without;

        Tracer(String without) {
            this.without = Pattern.compile(without);
        }
    }

    private final List<String> command = new ArrayList<>();

    /** @param boot {@code oldest} or {@code newest} */
    ProgramProcess(String boot, Tracer tracer) throws IOException {
        Path target = BUILT.resolve(boot).resolve("program/target");
        String classPath;
        try (Stream<Path> jars = Files.list(target.resolve("lib"))) {
            classPath = Stream.concat(Stream.of(target.resolve("classes")), jars.filter(jar -> !tracer.without
                            .matcher(jar.getFileName().toString())
                            .find()))
                    .map(Path::toString)
                    .collect(Collectors.joining(File.pathSeparator));
        }
        // Such a short program is done before compiled code pays.
        command.addAll(
                List.of(System.getProperty("java.home") + "/bin/java", "-XX:TieredStopAtLevel=1", "-cp", classPath));
    }

    /** Runs the program under the Java agent with the extension, whose spans are logged. */
    ProgramProcess withAgent() {
        command.addAll(
                1,
                List.of(
                        "-javaagent:" + BUILT.resolve("opentelemetry-javaagent.jar"),
                        "-Dotel.javaagent.extensions=" + System.getProperty("extension.jar"),
                        "-Dotel.instrumentation.redis-pubsub.write=binary",
                        "-Dotel.traces.exporter=console",
                        "-Dotel.metrics.exporter=none",
                        "-Dotel.logs.exporter=none"));
        return this;
    }

    /** Runs a class to its end and returns what it printed. */
    List<String> run(String main, int port, String... properties) throws IOException, InterruptedException {
        command.add("programs." + main);
        command.add("--spring.data.redis.port=" + port);
        command.addAll(List.of(properties));
        Path output = Files.createTempFile("program", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            List<String> lines = Files.readAllLines(output, UTF_8);
            if (!ended || process.exitValue() != 0) {
                throw new AssertionError(
                        "the program " + (ended ? "failed" : "did not end") + ":\n" + String.join("\n", lines));
            }
            return lines;
        } finally {
            Files.delete(output);
        }
    }
}
