package io.redistributed.testing;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.redistributed.embedded.EmbeddedRedisExecutables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A real Redis server for tests, on 127.0.0.1 and in its own temporary folder, with an append-only file that is written at
 * every command, so that answered writes survive {@link #kill}. Without a password unless the configuration sets one.
 *
 * <p>All methods block until their condition holds and throw unchecked exceptions. Not thread-safe, except {@link #cli}.
 */
public final class RedisServer implements AutoCloseable {

    private static final String CONFIGURATION = "redis.conf";

    /** For a large append-only file. */
    private static final long START_SECONDS = 120;

    private final Path folder;
    private final InetAddress host;
    private final int port;
    private final List<String> command;
    private final Map<String, String> environment;
    private final String password;
    private final Thread atExit = new Thread(this::killIfAlive);
    private Process process;

    private RedisServer(
            Path folder,
            Path executable,
            Kind kind,
            Map<String, String> environment,
            Host host,
            List<String> configLines)
            throws IOException {
        this.host = host.address;
        this.environment = environment;
        this.folder = folder;
        this.port = Ports.free();
        this.command = new ArrayList<>(host.launcher);
        command.addAll(
                List.of(executable.toString(), folder.resolve(CONFIGURATION).toString()));
        command.addAll(kind.arguments);
        this.password = configLines.stream()
                .filter(line -> line.startsWith("requirepass "))
                .map(line -> line.substring("requirepass ".length()))
                .findFirst()
                .orElse(null);
        List<String> lines =
                new ArrayList<>(List.of("bind " + this.host.getHostAddress(), "port " + port, "dir " + folder));
        lines.addAll(kind.configLines);
        lines.addAll(configLines);
        Files.write(folder.resolve(CONFIGURATION), lines);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Starts the {@code redis-server} (or {@code valkey-server}) on the PATH; without one, the Redis 6.2 of the jar. */
    public static RedisServer start(String... configLines) {
        return start(EmbeddedRedisExecutables.INSTALLED, Kind.STORE, Map.of(), configLines);
    }

    /**
     * Starts the same on another host.
     *
     * @param launcher words in front of a command that run it there
     */
    public static RedisServer startOn(InetAddress host, List<String> launcher, String... configLines) {
        return start(EmbeddedRedisExecutables.INSTALLED, Kind.STORE, Map.of(), new Host(host, launcher), configLines);
    }

    /** Starts a sentinel, by the program on the PATH. */
    static RedisServer startSentinel(String... configLines) {
        return start(EmbeddedRedisExecutables.INSTALLED, Kind.SENTINEL, Map.of(), configLines);
    }

    /** Starts the Redis 6.2 that the jar carries. */
    public static RedisServer startBundled(String... configLines) {
        return startBundled(Map.of(), configLines);
    }

    /** The same, with more variables in the server's environment. */
    public static RedisServer startBundled(Map<String, String> environment, String... configLines) {
        return start(EmbeddedRedisExecutables.BUNDLED, Kind.STORE, environment, configLines);
    }

    public int port() {
        return port;
    }

    /** {@code redis://127.0.0.1:<port>}, with the password if a line {@code requirepass …} gave one. */
    public String url() {
        return "redis://" + (password == null ? "" : ":" + password + "@") + host.getHostAddress() + ":" + port;
    }

    /**
     * Sends one command over a new connection, as the default user.
     *
     * @return {@code String}, {@code Long}, {@code List<Object>} or null
     * @throws UncheckedIOException if Redis answers an error (with its words), not at all, or not within 5 s
     */
    public Object cli(String... arguments) {
        try (RedisCli cli = connect()) {
            return cli.call(arguments);
        } catch (IOException e) {
            throw new UncheckedIOException(String.join(" ", arguments) + ": " + e.getMessage(), e);
        }
    }

    /** A new connection, as the default user. Safe to call from any thread. */
    public RedisCli connect() throws IOException {
        RedisCli cli = new RedisCli(host, port);
        try {
            if (password != null) {
                cli.call("AUTH", password);
            }
            return cli;
        } catch (IOException e) {
            cli.close();
            throw e;
        }
    }

    /** Where its configuration and data are. */
    public Path folder() {
        return folder;
    }

    /** SIGKILL. Connections break at once. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGTERM: Redis ends orderly. */
    public void stop() {
        process.destroy();
        awaitEnd();
    }

    /** Starts the server, after stopping it if it runs, on the same port with the data it had. */
    public void restart() {
        if (process.isAlive()) {
            stop();
        }
        launch();
    }

    /** Starts the server, which must have ended, on the same port and without any data; of a cluster it knows nothing. */
    public void restartEmpty() {
        List<Path> kept = List.of(folder, folder.resolve(CONFIGURATION));
        remove(path -> !kept.contains(path));
        launch();
    }

    /** SIGSTOP: connections stay open and the port accepts new ones, but nothing is answered until {@link #resume}. */
    public void pause() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void resume() {
        signal("CONT");
    }

    /** Kills the server and removes its folder. */
    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        kill();
        remove(path -> true);
    }

    private void remove(Predicate<Path> which) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(which).sorted(Comparator.reverseOrder()).forEach(file -> file.toFile()
                    .delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Host(InetAddress address, List<String> launcher) {

        static final Host LOCAL = new Host(InetAddress.getLoopbackAddress(), List.of());
    }

    private static RedisServer start(
            EmbeddedRedisExecutables executable, Kind kind, Map<String, String> environment, String... configLines) {
        return start(executable, kind, environment, Host.LOCAL, configLines);
    }

    private static RedisServer start(
            EmbeddedRedisExecutables executable,
            Kind kind,
            Map<String, String> environment,
            Host host,
            String... configLines) {
        try {
            Path folder = Files.createTempDirectory("redis-test");
            RedisServer server =
                    new RedisServer(folder, executable.path(folder), kind, environment, host, List.of(configLines));
            try {
                server.launch();
            } catch (RuntimeException e) {
                server.close();
                throw e;
            }
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void launch() {
        Path log = folder.resolve("redis.log");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            process = builder.start();
            long deadline = System.nanoTime() + SECONDS.toNanos(START_SECONDS);
            while (!answers()) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IllegalStateException("Redis does not start: " + Files.readString(log));
                }
                Thread.sleep(10);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean answers() {
        try {
            return "PONG".equals(cli("PING"));
        } catch (UncheckedIOException e) {
            // A file of users can turn the default user off. Other errors: the server is still starting.
            return e.getMessage().contains("NOAUTH");
        }
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(20, SECONDS)) {
                throw new IllegalStateException("Redis " + process.pid() + " does not end");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void signal(String name) {
        try {
            int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException("kill -" + name + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void killIfAlive() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private enum Kind {
        STORE(List.of(), List.of("save \"\"", "appendonly yes", "appendfsync always")),
        SENTINEL(List.of("--sentinel"), List.of());

        private final List<String> arguments;
        private final List<String> configLines;

        Kind(List<String> arguments, List<String> configLines) {
            this.arguments = arguments;
            this.configLines = configLines;
        }
    }
}
