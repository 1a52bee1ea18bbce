package io.redistributed.queue;

/** What Redis holds of a report cannot be read. */
public final class DamagedReportException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DamagedReportException(String entry) {
        super("damaged in Redis: " + entry, null, false, false);
    }
}
