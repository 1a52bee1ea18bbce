package io.redistributed;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs {@code java -jar redistributed.jar} as a process in its own folder. */
final class JarProcess implements AutoCloseable {

    private static final String LOG_LINE =
            "\\d\\d:\\d\\d:\\d\\d\\.\\d{3} (INFO |WARN |ERROR) \\S+( \\[trace_id=.*])? - .*";

    private final Path out;
    private final Path err;
    private final Process process;

    /** @param arguments of java, from which {@code -jar} is left out: those that begin with -D or -X go before it */
    JarProcess(Path folder, Map<String, String> environment, String... arguments) {
        this(folder, environment, List.of("-jar", System.getProperty("redistributed.jar")), arguments);
    }

    /** The same with plugins beside the jar on the class path. */
    static JarProcess withPlugins(Path folder, List<Path> plugins, String... arguments) {
        String classPath = Stream.concat(Stream.of(System.getProperty("redistributed.jar")), plugins.stream())
                .map(String::valueOf)
                .collect(Collectors.joining(File.pathSeparator));
        return new JarProcess(folder, Map.of(), List.of("-cp", classPath, "io.redistributed.Main"), arguments);
    }

    private JarProcess(Path folder, Map<String, String> environment, List<String> program, String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        List.of(arguments).stream()
                .filter(argument -> argument.matches("-[DX].*"))
                .forEach(command::add);
        command.addAll(program);
        List.of(arguments).stream()
                .filter(argument -> !argument.matches("-[DX].*"))
                .forEach(command::add);
        try {
            out = Files.createTempFile(folder, "out", ".log");
            err = Files.createTempFile(folder, "err", ".log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().putAll(environment);
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JarProcess awaitReady() {
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("It ended with " + process.exitValue() + ": " + err());
            }
            return out().contains(" is ready after ");
        });
        return this;
    }

    long pid() {
        return process.pid();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    /** Waits, at most 30 s, until it has ended. */
    int exitCode() {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("It does not end: " + err());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    String out() {
        return read(out);
    }

    String err() {
        return read(err);
    }

    /** Standard error without the log. */
    List<String> errWithoutLog() {
        return err().lines().filter(line -> !line.matches(LOG_LINE)).toList();
    }

    @Override
    public void close() {
        kill();
        exitCode();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
