package io.redistributed.generate.summary;

/** The input cannot be read as CSV; the message says why, and where. */
public final class CsvException extends Exception {

    private static final long serialVersionUID = 1L;

    CsvException(String message) {
        super(message);
    }
}
