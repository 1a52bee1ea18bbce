package io.redistributed.system;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Checks that only the user of this process can write into a folder, and owns all files in it. */
final class PrivateFolder {

    private static final int STICKY = 01000;
    private static final int GROUP_WRITES = 020;
    private static final int OTHERS_WRITE = 02;

    /** Of the append-only files of Redis 7. */
    private static final int DEPTH = 2;

    private static final Set<PosixFilePermission> FOR_OWNER = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private final Path path;
    private final int user;

    private PrivateFolder(Path path, int user) {
        this.path = path;
        this.user = user;
    }

    /**
     * @param path a real path
     * @throws IOException that says what is wrong and how to mend it: the folder belongs to another user, or others may write
     *     into it or replace it
     */
    static PrivateFolder of(Path path) throws IOException {
        PrivateFolder folder = new PrivateFolder(path, user(path));
        folder.requireOwner(path);
        if ((mode(path) & (GROUP_WRITES | OTHERS_WRITE)) != 0) {
            throw new IOException(path + " is writable for other users; check what is in it, then chmod 700 " + path);
        }
        for (Path parent = path.getParent(); parent != null; parent = parent.getParent()) {
            requireSafeParent(parent, path);
        }
        return folder;
    }

    /**
     * Removes the access of group and others to the folder and its content.
     *
     * @throws IOException if something in it belongs to another user, or is a symbolic link
     */
    void takeContents() throws IOException {
        for (Path found : contents(path)) {
            try {
                take(found);
            } catch (NoSuchFileException e) {
                // A temporary file of a Redis that is shutting down.
                continue;
            }
        }
    }

    private void take(Path found) throws IOException {
        PosixFileAttributes attributes = attributes(found);
        if (!attributes.isRegularFile() && !attributes.isDirectory()) {
            String what = attributes.isSymbolicLink() ? "a symbolic link" : "neither a file nor a folder";
            throw new IOException(found + " is " + what + ", which is not followed; remove it");
        }
        requireOwner(found);
        Set<PosixFilePermission> permissions = attributes.permissions();
        if (permissions.retainAll(FOR_OWNER)) {
            Files.getFileAttributeView(found, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setPermissions(permissions);
        }
    }

    private void requireOwner(Path found) throws IOException {
        int owner = (Integer) Files.getAttribute(found, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (owner != user) {
            throw new IOException(
                    found + " belongs to " + attributes(found).owner().getName() + ", not to the user of this process");
        }
    }

    /** Users who may write there can replace our folder, unless the sticky bit forbids it. */
    private static void requireSafeParent(Path parent, Path folder) throws IOException {
        int mode = mode(parent);
        PosixFileAttributes attributes = attributes(parent);
        // A group of root's choice, or of one user as many systems make them, is trusted.
        boolean trustedGroup = (Integer) Files.getAttribute(parent, "unix:uid") == 0
                || attributes.group().getName().equals(attributes.owner().getName());
        int writers = mode & (trustedGroup ? OTHERS_WRITE : GROUP_WRITES | OTHERS_WRITE);
        if (writers != 0 && (mode & STICKY) == 0) {
            throw new IOException(parent + " is writable for other users and has no sticky bit, so they could replace "
                    + folder + "; chmod go-w or +t " + parent + ", or give another data folder");
        }
    }

    private static List<Path> contents(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder, DEPTH)) {
            return paths.toList();
        }
    }

    /** Returns the owner of new files, which identifies this user even if ids are mapped. */
    private static int user(Path folder) throws IOException {
        Path mine;
        try {
            mine = Files.createTempFile(folder, "owner", null);
        } catch (AccessDeniedException e) {
            throw new IOException(
                    folder + " belongs to " + attributes(folder).owner().getName()
                            + ", and the user of this process may not write into it",
                    e);
        }
        try {
            return (Integer) Files.getAttribute(mine, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        } finally {
            Files.delete(mine);
        }
    }

    private static int mode(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    }

    private static PosixFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
}
