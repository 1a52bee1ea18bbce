package io.redistributed.system;

import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Standard input, output and error of a program that may have been started without them ({@code <&-}, {@code >&-}).
 *
 * <p>The system assigns the number of a closed descriptor to the next opened file. If descriptor 0 is closed, it becomes the JVM's class file {@code lib/modules} before Java code runs. Reading it as standard input would leak its bytes. Closing it, which Java does by replacing it with {@code /dev/null}, crashes the JVM when it loads the next class. A number that is still free would become a socket that receives the log. So free numbers are occupied, and numbers taken by the JVM are never read, written or closed.
 */
public final class StandardStreams {

    private static final Path DESCRIPTORS = Path.of("/dev/fd");
    private static final String INPUT = "standard input";
    private static final String CLOSED = "is closed";

    /** Prevents the garbage collector from closing the files. */
    private static final List<RandomAccessFile> PLUGS = new ArrayList<>();

    private static ReportedOutput output = new ReportedOutput(raw(FileDescriptor.out), "standard output");
    private static boolean isInputClosed;

    private StandardStreams() {}

    /** Occupies closed descriptors. Must run before any file is opened. Has no effect without {@code /dev/fd}. */
    public static void secure() {
        isInputClosed = isClosed(0);
        if (isInputClosed) {
            System.setIn(InputStream.nullInputStream());
        }
        if (isClosed(1)) {
            output = new ReportedOutput(new ClosedOutput(), "standard output");
        }
        System.setOut(new PrintStream(output, true));
        if (isClosed(2)) {
            System.setErr(new PrintStream(OutputStream.nullOutputStream()));
        }
    }

    /** Returns standard input, whose failures contain its name. Closing it has no effect. */
    public static InputStream in() throws MachineFault {
        if (isInputClosed) {
            throw new MachineFault(ExitCode.NO_INPUT, INPUT, CLOSED);
        }
        return new StandardInput();
    }

    /** Returns the byte stream of standard output, whose failures contain its name. Closing it has no effect. */
    public static OutputStream out() {
        return output;
    }

    /** Fails if any earlier write to standard output failed. */
    public static void requirePrinted() throws MachineFault {
        System.out.flush();
        if (output.fault() != null) {
            throw output.fault();
        }
    }

    /** Returns whether the parent process did not pass on the descriptor. Occupies a free descriptor. */
    private static boolean isClosed(int descriptor) {
        Path link = DESCRIPTORS.resolve(String.valueOf(descriptor));
        if (!Files.exists(DESCRIPTORS.resolveSibling("null")) || !Files.exists(DESCRIPTORS)) {
            return false;
        }
        if (!Files.exists(link)) {
            plug();
            return true;
        }
        return Files.isRegularFile(link) && filesOfTheJvm().anyMatch(file -> isSame(link, file));
    }

    private static void plug() {
        try {
            PLUGS.add(new RandomAccessFile("/dev/null", "rw"));
        } catch (IOException e) {
            // No file can be opened then; later failures report it.
            PLUGS.clear();
        }
    }

    /** Files that a JVM opens before Java code runs. */
    private static Stream<Path> filesOfTheJvm() {
        Stream<String> own = Stream.of(
                System.getProperty("java.home") + "/lib/modules",
                "/tmp/hsperfdata_" + System.getProperty("user.name") + '/'
                        + ProcessHandle.current().pid());
        Stream<String> classPath =
                Stream.of(System.getProperty("java.class.path").split(File.pathSeparator));
        return Stream.concat(own, classPath).map(Path::of);
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException absent) {
            return false;
        }
    }

    private static OutputStream raw(FileDescriptor descriptor) {
        // Never closed: see the class comment.
        FileOutputStream out = new FileOutputStream(descriptor);
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                out.write(value);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
            }
        };
    }

    private static final class ClosedOutput extends OutputStream {

        @Override
        public void write(int value) throws IOException {
            throw new IOException(CLOSED);
        }
    }

    private static final class StandardInput extends InputStream {

        private final InputStream in = System.in;

        @Override
        public int read() throws MachineFault {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws MachineFault {
            try {
                return in.read(bytes, offset, length);
            } catch (IOException e) {
                throw MachineFault.ofInput(INPUT, e);
            }
        }
    }
}
