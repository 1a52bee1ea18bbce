package io.redistributed.system;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Optional;

/** A fault of this machine. The message is one line with the name of the file, stream or folder. Each fault has an exit code. */
public final class MachineFault extends IOException {

    private static final long serialVersionUID = 1L;

    private static final String DISK_FULL = "no space left on device";

    private final int exitCode;

    /** @param reason the fault of {@code what}, a file, stream or folder */
    MachineFault(int exitCode, String what, String reason) {
        this(exitCode, what, reason, null);
    }

    private MachineFault(int exitCode, String what, String reason, Throwable cause) {
        super(what + ": " + reason, cause);
        this.exitCode = exitCode;
    }

    /** Returns 66 for an input, 71 for an address, 73 for an output, 74 for a failed read or write. */
    public int exitCode() {
        return exitCode;
    }

    /** Returns the fault of an input that cannot be opened or read. */
    static MachineFault ofInput(String what, IOException cause) {
        return of(ExitCode.NO_INPUT, what, cause);
    }

    /** Returns the fault of an output that cannot be opened. */
    static MachineFault ofOutput(String what, IOException cause) {
        return of(ExitCode.NO_OUTPUT, what, cause);
    }

    /** Returns the fault of an open output that cannot be written. */
    static MachineFault ofWrite(String what, IOException cause) {
        return of(ExitCode.IO_ERROR, what, cause);
    }

    /**
     * Returns the exit code of a failure caused by this machine: an address that cannot be listened on, a file or folder that cannot be written, a full disk. Empty for other failures.
     */
    public static Optional<Integer> exitCode(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = text(cause);
            if (cause instanceof MachineFault fault) {
                return Optional.of(fault.exitCode);
            }
            if (cause instanceof BindException) {
                return Optional.of(ExitCode.NO_ADDRESS);
            }
            if (message.contains(DISK_FULL)) {
                return Optional.of(ExitCode.IO_ERROR);
            }
            if (cause instanceof FileSystemException
                    || cause instanceof FileNotFoundException
                    || message.contains("permission denied")) {
                return Optional.of(ExitCode.NO_OUTPUT);
            }
        }
        return Optional.empty();
    }

    /** Returns {@code what: reason} if a file or folder caused the failure; else the message of the failure. */
    public static String describe(String what, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (text(cause).contains(DISK_FULL)) {
                return what + ": " + DISK_FULL;
            }
            if (cause instanceof FileSystemException || cause instanceof FileNotFoundException) {
                return what + ": " + reason((IOException) cause);
            }
        }
        return failure.getMessage();
    }

    /** Throws the {@link MachineFault} that caused a failure, if any, such as a fault of the input of an HTTP request. */
    public static void throwIfCauseOf(Throwable failure) throws MachineFault {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof MachineFault fault) {
                throw fault;
            }
        }
    }

    private static MachineFault of(int exitCode, String what, IOException cause) {
        boolean isOnTheWay = text(cause).contains(DISK_FULL);
        return new MachineFault(isOnTheWay ? ExitCode.IO_ERROR : exitCode, what, reason(cause), cause);
    }

    /** Exceptions name the file, some in their message only; the reason is the system's text, or missing. */
    private static String reason(IOException cause) {
        String text = text(cause);
        if (text.contains(DISK_FULL)) {
            return DISK_FULL;
        }
        if (cause instanceof NoSuchFileException || text.contains("no such file or directory")) {
            return "no such file or folder";
        }
        if (cause instanceof AccessDeniedException || text.contains("permission denied")) {
            return "permission denied";
        }
        if (cause instanceof FileAlreadyExistsException || text.contains("not a directory")) {
            return "is not a folder";
        }
        if (text.contains("is a directory")) {
            return "is a folder";
        }
        if (text.contains("broken pipe")) {
            return "the reader has closed the pipe";
        }
        if (cause instanceof FileSystemException file && file.getReason() != null) {
            return file.getReason();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    private static String text(Throwable cause) {
        return String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    }
}
