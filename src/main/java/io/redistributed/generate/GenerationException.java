package io.redistributed.generate;

/** A report that could not be generated, with a message for the person who asked for it. */
public final class GenerationException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean retryable;

    private GenerationException(String message, boolean retryable, Throwable cause) {
        super(message, cause);
        this.retryable = retryable;
    }

    /** The input or the parameters are at fault: another attempt would fail in the same way, so none is made. */
    public static GenerationException invalidInput(String message) {
        return new GenerationException(message, false, null);
    }

    /** Something passing is at fault: another attempt may succeed. */
    public static GenerationException retryable(String message, Throwable cause) {
        return new GenerationException(message, true, cause);
    }

    public boolean isRetryable() {
        return retryable;
    }
}
