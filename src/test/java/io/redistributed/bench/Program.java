package io.redistributed.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process whose standard output and error are a log in the folder of the run. */
final class Program implements AutoCloseable {

    private static final long START_SECONDS = 120;
    private static final long STOP_SECONDS = 60;

    private final Process process;
    private final Path log;

    Program(Path folder, String name, List<String> command) throws IOException {
        log = Files.createTempFile(folder, name, ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment()
                .keySet()
                .removeIf(variable -> variable.startsWith("OTEL_") || variable.startsWith("REDISTRIBUTED_"));
        process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    /**
     * {@code java -jar redistributed.jar}.
     *
     * @param options of the JVM
     */
    static Program jar(Path folder, String name, List<String> options, List<String> arguments) throws IOException {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of("-jar", System.getProperty("redistributed.jar")));
        return java(folder, name, all, arguments);
    }

    /** The JVM of this process, with options that name what to run. */
    static Program java(Path folder, String name, List<String> options, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(arguments);
        return new Program(folder, name, command);
    }

    /** Returns once the log has a line that contains the text. */
    void await(String text) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!log().contains(text)) {
            if (!process.isAlive() && !log().contains(text) || System.nanoTime() > deadline) {
                throw new IllegalStateException("'" + text + "' is not in " + log + ":\n" + log());
            }
            Thread.sleep(5);
        }
    }

    ProcessHandle process() {
        return process.toHandle();
    }

    /** Waits until the program ends. */
    int exitCode() throws InterruptedException {
        return process.waitFor();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    /** CPU time that it has used so far. */
    double cpuMicros() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1000.0;
    }

    static double cpuMicros(List<Program> programs) {
        return programs.stream().mapToDouble(Program::cpuMicros).sum();
    }

    /** Runs a command in a folder until it ends; fails if it does. */
    static void runToEnd(Path folder, Path log, List<String> command) throws IOException, InterruptedException {
        int exitCode = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        if (exitCode != 0) {
            throw new IllegalStateException(
                    String.join(" ", command) + " ended with " + exitCode + ":\n" + Files.readString(log));
        }
    }

    /** SIGTERM, upon which it exports its last spans. */
    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("a process did not stop, see " + log);
        }
    }
}
