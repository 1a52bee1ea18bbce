package io.redistributed.system;

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
 * A folder for data: private to this user, and locked against other processes until it is closed or this JVM ends. Symbolic
 * links in it are not followed.
 */
public final class DataFolder implements Closeable {

    /** Permissions of a new file that only its owner can read. */
    public static final FileAttribute<Set<PosixFilePermission>> OWNER_READS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /**
     * The folders in use by this JVM. The file lock is not enough: it belongs to the process, and is lost when the
     * process closes the file anywhere.
     */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel lock;

    private DataFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Creates the folder, with access for its owner only, if it does not exist.
     *
     * @throws IOException if it cannot be made or written, if others have access to it or could replace it, or if it is in use
     *     by a living process, which is then named
     */
    public static DataFolder open(Path folder) throws IOException {
        Path path;
        try {
            path = Files.createDirectories(folder, OWNER_ONLY).toRealPath();
        } catch (IOException e) {
            throw new IOException("Cannot make the data folder " + folder + ": " + e, e);
        }
        if (!OPEN.add(path)) {
            throw inUse(path, Long.toString(ProcessHandle.current().pid()));
        }
        FileChannel lock = null;
        try {
            PrivateFolder ours = PrivateFolder.of(path);
            lock = lock(path);
            ours.takeContents();
            return new DataFolder(path, lock);
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

    /** Returns the real path. */
    public Path path() {
        return path;
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
}
