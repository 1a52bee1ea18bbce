package io.redistributed.load;

import java.io.IOException;

/** The service has answered, and not what it should; the message says what, for people. */
final class UnexpectedAnswerException extends IOException {

    private static final long serialVersionUID = 1;

    UnexpectedAnswerException(String message) {
        super(message);
    }
}
