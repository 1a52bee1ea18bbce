package io.redistributed.embedded;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Holds the working folder of an embedded Redis: private to this user, and locked against other processes until it is
 * closed or this JVM ends. Symbolic links in it are not followed.
 */
final class EmbeddedRedisFolder implements Closeable {

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_READS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final int LOG_TAIL_BYTES = 2_000;

    /**
     * The folders in use by this JVM. The file lock is not enough: it belongs to the process, and is lost when the
     * process closes the file anywhere.
     */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel lock;

    private EmbeddedRedisFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * @throws IOException if it cannot be made or written, if others have access to it or could replace it, or if it is in use
     *     by a living process, which is then named
     */
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
        FileChannel lock = null;
        try {
            PrivateFolder folder = PrivateFolder.of(path);
            lock = lock(path);
            folder.takeContents();
            return new EmbeddedRedisFolder(path, lock);
        } catch (IOException e) {
            OPEN.remove(path);
            if (lock != null) {
                lock.close();
            }
            throw e;
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        FileChannel file;
        try {
            file = FileChannel.open(
                    path.resolve("lock"), Set.of(CREATE, READ, WRITE, LinkOption.NOFOLLOW_LINKS), OWNER_READS);
        } catch (IOException e) {
            throw new IOException(
                    "Cannot open " + path.resolve("lock") + ", which must not be a symbolic link: " + e.getMessage(),
                    e);
        }
        try {
            if (file.tryLock() == null) {
                byte[] pid = Channels.newInputStream(file).readNBytes(20);
                throw inUse(path, new String(pid, StandardCharsets.US_ASCII).strip());
            }
            file.truncate(0);
            file.write(StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"));
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

    /** Creates a log that only its owner can read. */
    void clearLog() throws IOException {
        Files.deleteIfExists(logFile());
        Files.createFile(logFile(), OWNER_READS);
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
        try {
            lock.close();
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
