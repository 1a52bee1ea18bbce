package io.redistributed.system;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * Ends the process when the heap is exhausted, as {@code -XX:+ExitOnOutOfMemoryError} does, for a JVM that was started
 * without it: the flag cannot be set from inside. An event loop that lost a task to an {@link OutOfMemoryError} would live
 * on with half of its state, and answer nothing.
 *
 * <p>Exhausted direct memory does not count, here as with the flag: the request that wanted it fails alone.
 */
public final class OutOfMemory {

    private static final int MAX_CAUSES = 16;

    /** Made beforehand: there is no memory for it afterwards. */
    private static final byte[] LAST_WORDS =
            "redistributed: the Java heap is exhausted, ending the process; raise -Xmx\n".getBytes(US_ASCII);

    private OutOfMemory() {}

    /** From now on the process ends if a thread does not catch the error. */
    public static void endProcess() {
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            endProcessIfCauseOf(failure);
            System.err.print("Exception in thread \"" + thread.getName() + "\" ");
            failure.printStackTrace();
        });
    }

    /** Does not return if the error caused the failure: the process ends at once, without its shutdown hooks. */
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
