package io.redistributed.cli;

/** The service does not do what it was asked for, and would not do it later. */
final class RefusedException extends RuntimeException {

    RefusedException(String message) {
        super(message);
    }
}
