package io.redistributed.redis;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The folder an embedded Redis works in, locked against other processes until it is closed or this JVM ends. */
final class EmbeddedRedisFolder implements Closeable {

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_READS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final int LOG_TAIL_BYTES = 2_000;

    /**
     * The folders in use by this JVM. The operating system's lock is not enough: it is held by the process, and lost as
     * soon as the process closes the file anywhere.
     */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final RandomAccessFile lockFile;

    private EmbeddedRedisFolder(Path path, RandomAccessFile lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /** @throws IOException if it cannot be made or written, or is in use by a living process, which is then named */
    static EmbeddedRedisFolder open(Path dataDirectory) throws IOException {
        Path path;
        try {
            path = Files.createDirectories(dataDirectory, OWNER_ONLY).toRealPath();
        } catch (IOException e) {
            throw new IOException("Cannot make the data folder " + dataDirectory + ": " + e, e);
        }
        if (!OPEN.add(path)) {
            throw inUse(path, Long.toString(ProcessHandle.current().pid()));
        }
        try {
            return new EmbeddedRedisFolder(path, lock(path));
        } catch (IOException e) {
            OPEN.remove(path);
            throw e;
        }
    }

    private static RandomAccessFile lock(Path path) throws IOException {
        RandomAccessFile file = new RandomAccessFile(path.resolve("lock").toFile(), "rw");
        try {
            if (file.getChannel().tryLock() == null) {
                throw inUse(path, file.readLine());
            }
            file.setLength(0);
            file.writeBytes(ProcessHandle.current().pid() + "\n");
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static IOException inUse(Path path, String pid) {
        return new IOException("The data folder " + path + " is in use by process " + pid
                + "; end that one or give another data folder");
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

    /** Redis 7 keeps its append-only file in a folder that Redis 6 does not look into: it would begin with nothing. */
    void refuseDataOfNewerThan(RedisExecutable executable) throws IOException {
        if (executable.major() < 7 && Files.exists(path.resolve("appendonlydir"))) {
            throw new IOException("The data in " + path + " was written by Redis 7 or newer, which " + executable.path()
                    + " (" + executable.version() + ") cannot read; install a redis-server 7 or newer, or give another"
                    + " data folder");
        }
    }

    void writeConfig(int port, String password) throws IOException {
        Files.deleteIfExists(configFile());
        Files.createFile(configFile(), OWNER_READS);
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

    /** The last lines that Redis logged, at most 2,000 bytes. */
    String logTail() {
        try (RandomAccessFile log = new RandomAccessFile(logFile().toFile(), "r")) {
            byte[] tail = new byte[(int) Math.min(LOG_TAIL_BYTES, log.length())];
            log.seek(log.length() - tail.length);
            log.readFully(tail);
            return new String(tail, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "not readable: " + e;
        }
    }

    /** Gives the folder free. Closing again does nothing. */
    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            OPEN.remove(path);
        }
    }

    private static String quoted(Path path) {
        return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
