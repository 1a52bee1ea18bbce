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
 * <p>The system gives the number of a closed descriptor to whatever is opened next. By the time that Java code runs, 0 is
 * then the JVM's file of classes, {@code lib/modules}: reading it as standard input sends its bytes anywhere, and closing
 * it, which Java does by putting {@code /dev/null} in its place, crashes the JVM at the next class that it loads. A number
 * that is still free would become a socket, which the log is then written to. So numbers that are free are taken, and those
 * that the JVM took are neither read, written nor closed.
 */
public final class StandardStreams {

    private static final Path DESCRIPTORS = Path.of("/dev/fd");
    private static final String INPUT = "standard input";
    private static final String CLOSED = "is closed";

    /** Held, as a file that nobody holds is closed by the garbage collector. */
    private static final List<RandomAccessFile> PLUGS = new ArrayList<>();

    private static ReportedOutput output = new ReportedOutput(raw(FileDescriptor.out), "standard output");
    private static boolean isInputClosed;

    private StandardStreams() {}

    /** To be called first of all, before anything is opened. Where there is no {@code /dev/fd} nothing is closed. */
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

    /** Standard input, whose failures name it. Closing it does nothing. */
    public static InputStream in() throws MachineFault {
        if (isInputClosed) {
            throw new MachineFault(ExitCode.NO_INPUT, INPUT, CLOSED);
        }
        return new StandardInput();
    }

    /** The bytes of standard output, whose failures name it. Closing it does nothing. */
    public static OutputStream out() {
        return output;
    }

    /** Fails if something that was printed to standard output, by whatever way, did not get there. */
    public static void requirePrinted() throws MachineFault {
        System.out.flush();
        if (output.fault() != null) {
            throw output.fault();
        }
    }

    /** Whether the descriptor was not passed on by the parent process. One that is free is taken. */
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
            // Then nothing can be opened at all, and what needs to will say so.
            PLUGS.clear();
        }
    }

    /** Those that a JVM holds open before the first line of Java. */
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
        // Never closed: see above.
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
