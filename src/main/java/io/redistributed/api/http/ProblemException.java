package io.redistributed.api.http;

import io.vertx.core.json.JsonObject;

/** A rejected request; becomes an {@code application/problem+json} response (RFC 9457). */
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient JsonObject more;

    public ProblemException(int status, String detail) {
        this(status, detail, new JsonObject());
    }

    /** @param more additional members of the response */
    public ProblemException(int status, String detail, JsonObject more) {
        super(detail, null, false, false);
        this.status = status;
        this.more = more;
    }

    public int status() {
        return status;
    }

    JsonObject more() {
        return more;
    }
}
