package io.redistributed.generate.summary;

/** The input cannot be read as CSV; the message says why, and where. Unchecked, to pass through the parser. */
public final class CsvException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CsvException(String message) {
        super(message);
    }
}
