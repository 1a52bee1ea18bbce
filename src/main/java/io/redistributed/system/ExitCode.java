package io.redistributed.system;

/**
 * The exit codes for faults of the machine, the same for all commands. They follow {@code sysexits.h}; the codes 0 to 4 are in the help of each command. A signal ends a JVM with 128 + its number.
 */
final class ExitCode {

    /** The heap is exhausted. The same code that {@code -XX:+ExitOnOutOfMemoryError} ends the JVM with. */
    static final int OUT_OF_MEMORY = 3;

    /** An input or a configuration file does not exist, is a folder, or is not readable. */
    static final int NO_INPUT = 66;

    /** The operating system rejects an address to listen on: the port is in use, or not allowed. */
    static final int NO_ADDRESS = 71;

    /** An output file or a data folder cannot be created or opened for writing. */
    static final int NO_OUTPUT = 73;

    /** Reading or writing failed: the disk is full, or the reader has closed the pipe. */
    static final int IO_ERROR = 74;

    private ExitCode() {}
}
