package io.redistributed.queue;

import io.vertx.core.buffer.Buffer;
import java.util.Objects;

/** How an attempt ended. */
public final class AttemptOutcome {

    private static final Buffer NOTHING = Buffer.buffer();

    /** For Redis a cancelled attempt of a report that is not cancelled. */
    private static final AttemptOutcome HANDED_BACK = new AttemptOutcome("cancelled", NOTHING, "", "");

    private final String kind;
    private final Buffer result;
    private final String contentType;
    private final String error;

    private AttemptOutcome(String kind, Buffer result, String contentType, String error) {
        this.kind = kind;
        this.result = Objects.requireNonNull(result);
        this.contentType = Objects.requireNonNull(contentType);
        this.error = Objects.requireNonNull(error);
    }

    public static AttemptOutcome done(Buffer result, String contentType) {
        return new AttemptOutcome("done", result, contentType, "");
    }

    /** For good: another attempt would end the same way. */
    public static AttemptOutcome failed(String error) {
        return new AttemptOutcome("failed", NOTHING, "", error);
    }

    /** Another attempt may do better; it follows after a pause, unless there have been enough. */
    public static AttemptOutcome retry(String error) {
        return new AttemptOutcome("retry", NOTHING, "", error);
    }

    /** The attempt could have taken its worker down: counts with those that did, and another follows if there are few. */
    public static AttemptOutcome crashed(String error) {
        return new AttemptOutcome("crashed", NOTHING, "", error);
    }

    /** Nobody wants the report any more. */
    public static AttemptOutcome cancelled() {
        return new AttemptOutcome("cancelled", NOTHING, "", "");
    }

    /** The worker does not have the type after all: another attempt follows, and this one counts as no failure. */
    public static AttemptOutcome handedBack() {
        return HANDED_BACK;
    }

    public boolean isHandedBack() {
        return this == HANDED_BACK;
    }

    /** Returns {@code done}, {@code failed}, {@code retry}, {@code crashed} or {@code cancelled}. */
    public String kind() {
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
