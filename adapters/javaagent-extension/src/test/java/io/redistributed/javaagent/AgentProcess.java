package io.redistributed.javaagent;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.redistributed.testing.OtlpHttpCollector;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A program in a JVM of its own, under the real agent with the extension. */
final class AgentProcess {

    private static final int LONGEST_SECONDS = 120;
    private static final Path UNDER_TEST = Path.of(System.getProperty("under.test"));

    private final Map<String, String> properties = new LinkedHashMap<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final String java;
    private boolean library;

    AgentProcess(OtlpHttpCollector collector) {
        this(collector, System.getProperty("java.home"));
    }

    AgentProcess(OtlpHttpCollector collector, String javaHome) {
        java = javaHome + "/bin/java";
        with("otel.javaagent.extensions", System.getProperty("extension.jar"));
        with("otel.exporter.otlp.endpoint", collector.endpoint());
        with("otel.exporter.otlp.protocol", "http/protobuf");
        with("otel.bsp.schedule.delay", "100");
        with("otel.metrics.exporter", "none");
        with("otel.logs.exporter", "none");
    }

    AgentProcess with(String property, String value) {
        properties.put(property, value);
        return this;
    }

    AgentProcess withEnvironment(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Puts the library on the class path. */
    AgentProcess withLibrary() {
        library = true;
        return this;
    }

    /** The methods of a class that get spans, by the agent's own means. */
    AgentProcess tracing(String type, String... methods) {
        return with("otel.instrumentation.methods.include", type + '[' + String.join(",", methods) + ']');
    }

    /** Runs a class of the tests to its end, on the oldest clients, or on the newest. */
    List<String> run(boolean newest, String main, String... arguments) throws Exception {
        return start(Stream.concat(Stream.of("-cp", classPath(newest), main), Stream.of(arguments)));
    }

    /** Runs a jar to its end. */
    List<String> runJar(Path jar, String... arguments) throws Exception {
        return start(Stream.concat(Stream.of("-jar", jar.toString()), Stream.of(arguments)));
    }

    private List<String> start(Stream<String> program) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(java, "-javaagent:" + UNDER_TEST.resolve("opentelemetry-javaagent.jar")));
        properties.forEach((property, value) -> command.add("-D" + property + '=' + value));
        program.forEach(command::add);
        Path output = Files.createTempFile("agent-process", ".log");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
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

    /** Of the program alone: without the library, the agent's API, and what the tests need. */
    private String classPath(boolean newest) {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("opentelemetry") || library && isOfTheLibrary(entry))
                .filter(entry -> library || !entry.contains("redistributed/redistributed"))
                .filter(entry -> !entry.endsWith("/target/classes") && !entry.endsWith("redistributed-javaagent.jar"))
                .filter(entry -> library || !entry.contains("/vertx/"))
                .map(entry -> newest ? newest(entry) : entry)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static boolean isOfTheLibrary(String entry) {
        return Stream.of("opentelemetry-api", "opentelemetry-context", "opentelemetry-common", "vertx-opentelemetry")
                .anyMatch(part -> entry.contains("/" + part + "/"));
    }

    private static String newest(String entry) {
        for (String client : List.of("lettuce-core", "jedis", "redisson")) {
            if (Path.of(entry).getFileName().toString().startsWith(client + '-')) {
                return UNDER_TEST.resolve(client + ".jar").toString();
            }
        }
        return entry;
    }
}
