package io.redistributed.queue;

import io.vertx.core.buffer.Buffer;
import java.util.Objects;

/** How an attempt ended. */
public final class Outcome {

    private static final Buffer NOTHING = Buffer.buffer();

    /** For Redis a cancelled attempt of a report that is not cancelled. */
    private static final Outcome HANDED_BACK = new Outcome("cancelled", NOTHING, "", "");

    private final String kind;
    private final Buffer result;
    private final String contentType;
    private final String error;

    private Outcome(String kind, Buffer result, String contentType, String error) {
        this.kind = kind;
        this.result = Objects.requireNonNull(result);
        this.contentType = Objects.requireNonNull(contentType);
        this.error = Objects.requireNonNull(error);
    }

    public static Outcome done(Buffer result, String contentType) {
        return new Outcome("done", result, contentType, "");
    }

    /** For good: another attempt would end the same way. */
    public static Outcome failed(String error) {
        return new Outcome("failed", NOTHING, "", error);
    }

    /** Another attempt may do better; it follows after a pause, unless there have been enough. */
    public static Outcome retry(String error) {
        return new Outcome("retry", NOTHING, "", error);
    }

    /** The attempt could have taken its worker down: counts with those that did, and another follows if there are few. */
    public static Outcome crashed(String error) {
        return new Outcome("crashed", NOTHING, "", error);
    }

    /** Nobody wants the report any more. */
    public static Outcome cancelled() {
        return new Outcome("cancelled", NOTHING, "", "");
    }

    /** The worker does not have the type after all: another attempt follows, and this one counts as no failure. */
    public static Outcome handedBack() {
        return HANDED_BACK;
    }

    public boolean isHandedBack() {
        return this == HANDED_BACK;
    }

    String kind() {
        return kind;
    }

    Buffer result() {
        return result;
    }

    String contentType() {
        return contentType;
    }

    String error() {
        return error;
    }
}
