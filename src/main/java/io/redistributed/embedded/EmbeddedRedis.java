package io.redistributed.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a Redis server as a child process: on 127.0.0.1 only, with a free port and a random password for each start. Its
 * data is in an append-only file that survives restarts (a crash of the machine may lose the last second of writes).
 *
 * <p>The program is the {@code redis-server} on the PATH, else the {@code valkey-server} on the PATH (6.2 or newer),
 * else the Redis 6.2 of the library embedded-redis. The server ends with this JVM, even if the JVM is killed. Ctrl-C in
 * the terminal reaches only the JVM, so Redis is available during an orderly shutdown. If Redis exits, it is restarted
 * at the same address. A leftover server is ended by the next start in its data folder. Requires {@code /bin/sh}, so
 * Windows is not supported.
 *
 * <p>Only the user of this process can access the data folder. It holds: {@code redis.conf} (rewritten at each start),
 * {@code redis.log} (of the last start), {@code redis.pid}, {@code lock}, the append-only file and, if needed, the
 * unpacked program. A newer Redis reads the data of an older one. Redis 6.2 is not started on data of Redis 7, as it
 * would silently start empty.
 *
 * <p>Safe to use from any thread. {@link #start} and {@link #close} block.
 */
public final class EmbeddedRedis implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedRedis.class);
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final int PORTS_TO_TRY = 5;

    /** Limit of restarts in a minute; more will not help. */
    private static final int RESTARTS_A_MINUTE = 5;

    private final RedisExecutable executable;
    private final EmbeddedRedisFolder folder;
    private final int port;
    private final String password;
    private final CompletableFuture<Void> exit = new CompletableFuture<>();
    private final Deque<Instant> restarts = new ArrayDeque<>();
    private EmbeddedRedisProcess process;
    private boolean closed;

    private EmbeddedRedis(RedisExecutable executable, EmbeddedRedisFolder folder, int port, String password) {
        this.executable = executable;
        this.folder = folder;
        this.port = port;
        this.password = password;
    }

    /**
     * Starts the server and waits until it has loaded its data and answers, at most 60 s.
     *
     * @param dataDirectory created with access for its owner only if it does not exist
     * @return the running server, which the caller closes
     * @throws IOException if the folder is in use by another living process, if other users own it or something in it,
     *     or can write into it or replace it, if there is no Redis to start, if it does not start or not in time (with
     *     the end of Redis' own log), or if its data is of a newer Redis
     */
    public static EmbeddedRedis start(Path dataDirectory) throws IOException {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        return start(dataDirectory, directory -> RedisExecutable.find(path, directory));
    }

    static EmbeddedRedis start(Path dataDirectory, ExecutableLookup lookup) throws IOException {
        EmbeddedRedisProcess.requireShell();
        EmbeddedRedisFolder folder = EmbeddedRedisFolder.open(dataDirectory);
        try {
            RedisExecutable executable = lookup.find(folder.path());
            folder.refuseDataOfNewerThan(executable);
            EmbeddedRedisProcess.endLeftover(folder.pidFile(), folder.configFile());
            EmbeddedRedis redis = start(executable, folder);
            log.info("Redis {} ({}) stores its data in {}", executable.version(), executable.path(), folder.path());
            return redis;
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private static EmbeddedRedis start(RedisExecutable executable, EmbeddedRedisFolder folder) throws IOException {
        String password = randomPassword();
        for (int attempt = 1; ; attempt++) {
            int port = freePort();
            folder.writeConfig(port, password);
            EmbeddedRedis redis = new EmbeddedRedis(executable, folder, port, password);
            try {
                redis.startProcess();
                return redis;
            } catch (IOException e) {
                String log = folder.logTail();
                boolean portTakenMeanwhile = log.contains("Address already in use");
                if (!portTakenMeanwhile || attempt == PORTS_TO_TRY) {
                    throw new IOException(
                            executable.path() + " " + e.getMessage() + "; the end of its log:\n" + log, e);
                }
            }
        }
    }

    /** {@return {@code redis://:<password>@127.0.0.1:<port>}, with a password of 64 hexadecimal digits; not for logs} */
    public String url() {
        return "redis://:" + password + "@127.0.0.1:" + port;
    }

    /**
     * Completes when Redis has ended and is not restarted: normally after {@link #close}, or with an
     * {@link IOException} with the end of its log if a restart failed. Dependent stages must not block.
     *
     * @return a new future for each call
     */
    public CompletableFuture<Void> onExit() {
        return exit.copy();
    }

    /** Shuts Redis down, and kills it after 5 s. Closing again has no effect. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            process.close();
            folder.close();
            exit.complete(null);
        }
    }

    private void startProcess() throws IOException {
        folder.clearLog();
        process = EmbeddedRedisProcess.start(executable.path(), folder.configFile(), folder.logFile());
        try {
            process.awaitAnswer(port, password, START_TIMEOUT);
        } catch (IOException e) {
            process.close();
            throw e;
        }
        // On a new thread, as a restart blocks.
        process.onExit().thenAcceptAsync(this::ended, task -> new Thread(task, "embedded-redis").start());
    }

    private synchronized void ended(int status) {
        if (closed) {
            return;
        }
        String what = "Redis ended by itself with status " + status + "; the end of its log:\n" + folder.logTail();
        restarts.removeIf(restart -> restart.isBefore(Instant.now().minusSeconds(60)));
        if (restarts.size() == RESTARTS_A_MINUTE) {
            exit.completeExceptionally(new IOException(what));
            return;
        }
        log.warn("Redis ended by itself with status {}; starting it again", status);
        restarts.add(Instant.now());
        try {
            startProcess();
        } catch (IOException e) {
            exit.completeExceptionally(new IOException(what + "\nIt could not be started again: " + e.getMessage(), e));
        }
    }

    private static String randomPassword() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        return HexFormat.of().formatHex(secret);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    /** Finds the program to start; may unpack one into the data folder. */
    interface ExecutableLookup {
        RedisExecutable find(Path dataFolder) throws IOException;
    }
}
