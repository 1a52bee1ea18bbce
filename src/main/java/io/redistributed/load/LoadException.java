package io.redistributed.load;

/** The service is not there, or does not make such reports; the message says what, for people. */
final class LoadException extends Exception {

    private static final long serialVersionUID = 1;

    LoadException(String message) {
        super(message);
    }
}
