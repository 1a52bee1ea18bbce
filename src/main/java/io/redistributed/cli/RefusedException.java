package io.redistributed.cli;

/** The service rejected the request permanently; a retry would fail too. */
final class RefusedException extends RuntimeException {

    RefusedException(String message) {
        super(message);
    }
}
