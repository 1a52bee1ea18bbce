package io.redistributed.generate;

/** A report that could not be generated, with a message for the person who asked for it. */
public final class GenerationException extends Exception {

    private static final long serialVersionUID = 1L;

    private static final String NO_GENERATOR = "no_generator";
    private static final String CRASH = "crash";

    private final boolean retryable;
    private final String errorType;

    private GenerationException(String message, boolean retryable, String errorType, Throwable cause) {
        super(message, cause);
        this.retryable = retryable;
        this.errorType = errorType;
    }

    /** The input or the parameters are at fault: another attempt would fail in the same way, so none is made. */
    public static GenerationException invalidInput(String message) {
        return new GenerationException(message, false, "invalid_input", null);
    }

    /** Something passing is at fault: another attempt may succeed. */
    public static GenerationException retryable(String message, Throwable cause) {
        return new GenerationException(message, true, "retryable", cause);
    }

    /** The JVM ran out of memory or stack: counts as if the worker had died. */
    static GenerationException crash(String message, Throwable cause) {
        return new GenerationException(message, false, CRASH, cause);
    }

    static GenerationException noGenerator(String message) {
        return new GenerationException(message, false, NO_GENERATOR, null);
    }

    static GenerationException timeout(String message, Throwable cause) {
        return new GenerationException(message, true, "timeout", cause);
    }

    public boolean isRetryable() {
        return retryable;
    }

    /** Whether none of the report's type is deployed in this process. */
    public boolean isMissingGenerator() {
        return errorType.equals(NO_GENERATOR);
    }

    /** Whether the attempt may have killed its process had it gone on: another may do the same to the next one. */
    public boolean isCrash() {
        return errorType.equals(CRASH);
    }

    /**
     * What {@code error.type} says on spans: {@code invalid_input}, {@code retryable}, {@code timeout}, {@code crash}, or
     * {@code no_generator} if none of the report's type is deployed.
     */
    public String errorType() {
        return errorType;
    }
}
