package io.redistributed.generate;

/** A failure to generate a report, with a message for the client. */
public final class GenerationException extends Exception {

    private static final long serialVersionUID = 1L;

    private static final String NO_GENERATOR = "no_generator";
    private static final String NO_THREAD = "no_thread";
    private static final String CRASH = "crash";

    private final boolean retryable;
    private final String errorType;

    private GenerationException(String message, boolean retryable, String errorType, Throwable cause) {
        super(message, cause);
        this.retryable = retryable;
        this.errorType = errorType;
    }

    /** Creates a permanent failure: the input or the parameters are invalid, so the attempt is not retried. */
    public static GenerationException invalidInput(String message) {
        return new GenerationException(message, false, "invalid_input", null);
    }

    /** Creates a transient failure: a retry may succeed. */
    public static GenerationException retryable(String message, Throwable cause) {
        return new GenerationException(message, true, "retryable", cause);
    }

    /** Creates a crash: the JVM ran out of memory or stack, which counts like the death of the worker. */
    static GenerationException crash(String message, Throwable cause) {
        return new GenerationException(message, false, CRASH, cause);
    }

    /** Creates the failure of a script, which would fail again: the attempt is not retried. */
    public static GenerationException scriptError(String message) {
        return new GenerationException(message, false, "script_error", null);
    }

    static GenerationException noGenerator(String message) {
        return new GenerationException(message, false, NO_GENERATOR, null);
    }

    static GenerationException noThread(String message) {
        return new GenerationException(message, false, NO_THREAD, null);
    }

    static GenerationException timeout(String message) {
        return new GenerationException(message, true, "timeout", null);
    }

    public boolean isRetryable() {
        return retryable;
    }

    /** Returns whether the work has not begun, as this process has no generator of the type, or had no thread for it. */
    public boolean isHandedBack() {
        return errorType.equals(NO_GENERATOR) || errorType.equals(NO_THREAD);
    }

    /** Returns whether the attempt exhausted memory or stack; a retry may crash its process. */
    public boolean isCrash() {
        return errorType.equals(CRASH);
    }

    /**
     * Returns {@code error.type} of spans: {@code invalid_input}, {@code retryable}, {@code timeout}, {@code crash}, {@code script_error}, {@code no_generator} if no generator of the type is deployed, or {@code no_thread} if none of its threads was free for long.
     */
    public String errorType() {
        return errorType;
    }
}
