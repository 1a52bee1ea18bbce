package io.redistributed.load;

import java.io.IOException;

/** The service returned an unexpected response. The message is for people. */
final class UnexpectedAnswerException extends IOException {

    private static final long serialVersionUID = 1;

    UnexpectedAnswerException(String message) {
        super(message);
    }
}
