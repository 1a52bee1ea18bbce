package io.redistributed.load;

/** The service is unreachable or rejects such reports. The message is for people. */
final class LoadException extends Exception {

    private static final long serialVersionUID = 1;

    LoadException(String message) {
        super(message);
    }
}
