package io.redistributed.api;

/** An HTTP/1 request head after which nobody can say where the request ends, or which this server does not speak. */
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
