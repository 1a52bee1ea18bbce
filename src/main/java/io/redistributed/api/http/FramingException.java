package io.redistributed.api.http;

/** An HTTP/1 request head that makes the end of the request ambiguous, or uses an unsupported version. */
final class FramingException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final int status;

    FramingException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
