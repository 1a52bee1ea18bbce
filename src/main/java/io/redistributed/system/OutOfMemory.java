package io.redistributed.system;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * Ends the process when the heap is exhausted, as {@code -XX:+ExitOnOutOfMemoryError} does, for a JVM that was started without the flag. An event loop that lost a task to an {@link OutOfMemoryError} would continue with an inconsistent state.
 *
 * <p>Like the flag, it ignores exhausted direct memory: only the request that needed the memory fails.
 */
public final class OutOfMemory {

    private static final int MAX_CAUSES = 16;

    /** Allocated in advance, because memory is exhausted when it is needed. */
    private static final byte[] LAST_WORDS =
            "redistributed: the Java heap is exhausted, ending the process; raise -Xmx\n".getBytes(US_ASCII);

    private OutOfMemory() {}

    /** Ends the process from now on if a thread does not catch the error. */
    public static void endProcess() {
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            endProcessIfCauseOf(failure);
            System.err.print("Exception in thread \"" + thread.getName() + "\" ");
            failure.printStackTrace();
        });
    }

    /** Ends the process immediately, without shutdown hooks, if the error caused the failure. */
    public static void endProcessIfCauseOf(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
            if (cause.getClass() == OutOfMemoryError.class
                    && !String.valueOf(cause.getMessage()).contains("direct")) {
                try {
                    System.err.write(LAST_WORDS, 0, LAST_WORDS.length);
                    System.err.flush();
                } finally {
                    Runtime.getRuntime().halt(ExitCode.OUT_OF_MEMORY);
                }
            }
            cause = cause.getCause();
        }
    }
}
