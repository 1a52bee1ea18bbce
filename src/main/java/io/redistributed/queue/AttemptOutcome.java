package io.redistributed.queue;

import io.vertx.core.buffer.Buffer;
import java.util.Objects;

/** Holds the outcome of an attempt. */
public final class AttemptOutcome {

    private static final Buffer NOTHING = Buffer.buffer();

    /** Stored as a cancelled attempt of a report that is not cancelled. */
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

    /** Returns a final failure: another attempt would fail too. */
    public static AttemptOutcome failed(String error) {
        return new AttemptOutcome("failed", NOTHING, "", error);
    }

    /** Returns a failure that is retried after a pause, unless {@code maxAttempts} is reached. */
    public static AttemptOutcome retry(String error) {
        return new AttemptOutcome("retry", NOTHING, "", error);
    }

    /**
     * Returns a failure that could have killed the worker. It counts as a crash, and is retried unless {@code
     * maxCrashes} is reached.
     */
    public static AttemptOutcome crashed(String error) {
        return new AttemptOutcome("crashed", NOTHING, "", error);
    }

    /** Returns the outcome of a cancelled report. */
    public static AttemptOutcome cancelled() {
        return new AttemptOutcome("cancelled", NOTHING, "", "");
    }

    /**
     * Returns the outcome of a worker that does not have the type after all. Another attempt follows; no failure is
     * counted.
     */
    public static AttemptOutcome handedBack() {
        return HANDED_BACK;
    }

    public boolean isHandedBack() {
        return this == HANDED_BACK;
    }

    public boolean isDone() {
        return kind.equals("done");
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
