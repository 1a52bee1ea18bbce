package io.redistributed.system;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens the files named on a command line. Failures are a {@link MachineFault} with the file's name. */
public final class LocalFiles {

    private static final int MEBI = 1 << 20;

    private LocalFiles() {}

    /** Opens a file, or a pipe, for reading. Rejects a folder, which Java would open and fail to read. */
    public static InputStream open(Path file) throws MachineFault {
        try {
            if (Files.isDirectory(file)) {
                throw new MachineFault(ExitCode.NO_INPUT, file.toString(), "is a folder");
            }
            return Files.newInputStream(file);
        } catch (MachineFault e) {
            throw e;
        } catch (IOException e) {
            throw MachineFault.ofInput(file.toString(), e);
        }
    }

    /** Returns the size of a file of at most {@code maxMebibytes}; 0 for what is no regular file, such as a pipe. */
    public static long size(Path file, int maxMebibytes) throws MachineFault {
        try (InputStream in = open(file)) {
            long size = Files.isRegularFile(file) ? Files.size(file) : 0;
            if (size > (long) maxMebibytes * MEBI) {
                throw new MachineFault(ExitCode.NO_INPUT, file.toString(), "larger than " + maxMebibytes + " MiB");
            }
            return size;
        } catch (MachineFault e) {
            throw e;
        } catch (IOException e) {
            throw MachineFault.ofInput(file.toString(), e);
        }
    }

    /** Returns the bytes of a file of at most {@code maxMebibytes}. */
    public static byte[] read(Path file, int maxMebibytes) throws MachineFault {
        try (InputStream in = open(file)) {
            byte[] bytes = in.readNBytes(maxMebibytes * MEBI + 1);
            if (bytes.length > maxMebibytes * MEBI) {
                throw new MachineFault(ExitCode.NO_INPUT, file.toString(), "larger than " + maxMebibytes + " MiB");
            }
            return bytes;
        } catch (MachineFault e) {
            throw e;
        } catch (IOException e) {
            throw MachineFault.ofInput(file.toString(), e);
        }
    }

    /**
     * Fails if the file is certain not to be writable, without creating it, so that a long task fails before it starts.
     */
    public static void requireWritable(Path file) throws MachineFault {
        Path folder = file.toAbsolutePath().normalize().getParent();
        if (Files.isDirectory(file)) {
            throw new MachineFault(ExitCode.NO_OUTPUT, file.toString(), "is a folder");
        }
        if (folder == null || !Files.isDirectory(folder)) {
            throw new MachineFault(ExitCode.NO_OUTPUT, file.toString(), "folder not found: " + folder);
        }
        if (!Files.isWritable(Files.exists(file) ? file : folder)) {
            throw new MachineFault(ExitCode.NO_OUTPUT, file.toString(), "permission denied");
        }
    }

    /** Creates or truncates a file. */
    public static OutputStream create(Path file) throws MachineFault {
        try {
            return new ReportedOutput(Files.newOutputStream(file), file.toString());
        } catch (IOException e) {
            throw MachineFault.ofOutput(file.toString(), e);
        }
    }

    /** Deletes a partially written file, but not a pipe or a device. */
    public static void discard(Path file) throws MachineFault {
        try {
            if (Files.isRegularFile(file)) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw MachineFault.ofOutput(file.toString(), e);
        }
    }

    /** Creates or truncates a file, and writes the text in UTF-8. */
    public static void write(Path file, String text) throws IOException {
        try (OutputStream out = create(file)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
