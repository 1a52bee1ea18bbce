package io.redistributed.embedded;

import static java.nio.file.StandardOpenOption.READ;

import io.redistributed.system.DataFolder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Holds the working folder of an embedded Redis: private to this user, and locked against other processes until it is
 * closed or this JVM ends. Symbolic links in it are not followed.
 */
final class EmbeddedRedisFolder implements Closeable {

    private static final int LOG_TAIL_BYTES = 2_000;

    private final DataFolder folder;
    private final Path path;

    private EmbeddedRedisFolder(DataFolder folder) {
        this.folder = folder;
        this.path = folder.path();
    }

    /** @throws IOException as {@link DataFolder#open} */
    static EmbeddedRedisFolder open(Path dataDirectory) throws IOException {
        return new EmbeddedRedisFolder(DataFolder.open(dataDirectory));
    }

    Path path() {
        return path;
    }

    Path configFile() {
        return path.resolve("redis.conf");
    }

    Path logFile() {
        return path.resolve("redis.log");
    }

    Path pidFile() {
        return path.resolve("redis.pid");
    }

    /** Redis 7 stores its append-only file in a folder that Redis 6 does not read, so Redis 6 would start empty. */
    void refuseDataOfNewerThan(RedisExecutable executable) throws IOException {
        if (executable.major() < 7 && Files.exists(path.resolve("appendonlydir"))) {
            throw new IOException("The data in " + path + " was written by Redis 7 or newer, which " + executable.path()
                    + " (" + executable.version() + ") cannot read; install a redis-server 7 or newer, or give another"
                    + " data folder");
        }
    }

    void writeConfig(int port, String password) throws IOException {
        Files.deleteIfExists(configFile());
        Files.createFile(configFile(), DataFolder.OWNER_READS);
        Files.writeString(configFile(), """
                bind 127.0.0.1
                port %d
                protected-mode yes
                requirepass %s
                dir %s
                pidfile %s
                # A leftover server is known by its command line.
                set-proc-title no
                daemonize no
                loglevel warning
                save ""
                appendonly yes
                appendfsync everysec
                aof-load-truncated yes
                maxmemory-policy noeviction
                """.formatted(port, password, quoted(path), quoted(pidFile())));
    }

    /** Creates a log that only its owner can read. */
    void clearLog() throws IOException {
        Files.deleteIfExists(logFile());
        Files.createFile(logFile(), DataFolder.OWNER_READS);
    }

    /** Returns the last lines that Redis logged, at most 2,000 bytes. */
    String logTail() {
        try (FileChannel log = FileChannel.open(logFile(), READ, LinkOption.NOFOLLOW_LINKS)) {
            log.position(Math.max(0, log.size() - LOG_TAIL_BYTES));
            byte[] tail = Channels.newInputStream(log).readNBytes(LOG_TAIL_BYTES);
            return new String(tail, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "not readable: " + e;
        }
    }

    /** Unlocks the folder. Closing again has no effect. */
    @Override
    public void close() {
        folder.close();
    }

    private static String quoted(Path path) {
        return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
