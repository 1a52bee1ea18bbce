package io.redistributed.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Redis server of our own, for whoever has none: on 127.0.0.1 only, at a free port and with a random password for each
 * start, its data in an append-only file that survives restarts (what was written in the last second before a crash of
 * the machine may be lost).
 *
 * <p>It is the {@code redis-server} on the PATH, else the {@code valkey-server} there (6.2 or newer), else the Redis 6.2
 * of the library embedded-redis. It runs as a process that ends with ours, whatever ends ours; a Ctrl-C in the terminal
 * reaches only us, so that Redis is still there for an orderly shutdown. Should one be left over all the same, the next
 * start in its data folder ends it. Needs {@code /bin/sh}, hence no Windows.
 *
 * <p>The data folder holds: {@code redis.conf} (readable by its owner only, rewritten at each start), {@code redis.log}
 * (of the last start), {@code redis.pid}, {@code lock}, the append-only file and, if needed, the unpacked program. A
 * newer Redis reads the data of an older one; what Redis 7 wrote, Redis 6.2 is not let near, as it would silently begin
 * anew.
 *
 * <p>Safe to use from any thread, but {@link #start} and {@link #close} block.
 */
public final class EmbeddedRedis implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRedis.class);
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final int PORTS_TO_TRY = 5;

    private final RedisExecutable executable;
    private final EmbeddedRedisFolder folder;
    private final EmbeddedRedisProcess process;
    private final String url;
    private final CompletableFuture<Void> exit;
    private volatile boolean closed;

    private EmbeddedRedis(
            RedisExecutable executable, EmbeddedRedisFolder folder, EmbeddedRedisProcess process, String url) {
        this.executable = executable;
        this.folder = folder;
        this.process = process;
        this.url = url;
        this.exit = process.onExit().thenAccept(this::ended);
    }

    /**
     * Starts the server and waits until it has loaded its data and answers, at most 60 s.
     *
     * @param dataDirectory made, for its owner only, if it does not exist
     * @throws IOException if the folder is in use by another living process, if there is no Redis to start, if it does
     *     not start or not in time (with the end of Redis' own log), or if its data is of a newer Redis
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
            LOG.info("Redis {} ({}) keeps its data in {}", executable.version(), executable.path(), folder.path());
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
            EmbeddedRedisProcess process =
                    EmbeddedRedisProcess.start(executable.path(), folder.configFile(), folder.logFile());
            try {
                process.awaitAnswer(port, password, START_TIMEOUT);
                return new EmbeddedRedis(executable, folder, process, "redis://:" + password + "@127.0.0.1:" + port);
            } catch (IOException e) {
                process.close();
                String log = folder.logTail();
                boolean portTakenMeanwhile = log.contains("Address already in use");
                if (!portTakenMeanwhile || attempt == PORTS_TO_TRY) {
                    throw new IOException(
                            executable.path() + " " + e.getMessage() + "; the end of its log:\n" + log, e);
                }
            }
        }
    }

    /** {@code redis://:<password>@127.0.0.1:<port>}; the password is of 64 hexadecimal digits. Not for logs. */
    public String url() {
        return url;
    }

    /** The version of Redis or Valkey, such as {@code 7.0.15}. */
    public String version() {
        return executable.version();
    }

    /**
     * Completes when Redis has ended: normally after {@link #close}, else with an {@link IOException} that holds the end
     * of Redis' log. Completed by a thread of the JDK; what depends on it must not block.
     */
    public CompletableFuture<Void> onExit() {
        return exit.copy();
    }

    /** Lets Redis end by itself, which takes some milliseconds, kills it after 5 s. Closing again does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            process.close();
            folder.close();
        }
    }

    private void ended(int status) {
        if (!closed) {
            throw new CompletionException(new IOException(
                    "Redis ended by itself with status " + status + "; the end of its log:\n" + folder.logTail()));
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
