package io.redistributed.queue;

/** Thrown when the data of a report in Redis cannot be read. */
public final class DamagedReportException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DamagedReportException(String entry) {
        super("damaged in Redis: " + entry, null, false, false);
    }
}
