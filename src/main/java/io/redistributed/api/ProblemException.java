package io.redistributed.api;

import io.vertx.core.json.JsonObject;

/** A rejected request; becomes an {@code application/problem+json} response (RFC 9457). */
final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient JsonObject more;

    ProblemException(int status, String detail) {
        this(status, detail, new JsonObject());
    }

    /** @param more additional members of the response */
    ProblemException(int status, String detail, JsonObject more) {
        super(detail, null, false, false);
        this.status = status;
        this.more = more;
    }

    int status() {
        return status;
    }

    JsonObject more() {
        return more;
    }
}
