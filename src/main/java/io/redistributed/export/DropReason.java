package io.redistributed.export;

import java.util.Locale;

/** The reason why an exporter dropped spans. */
enum DropReason {
    /** Its buffer was full. */
    BUFFER_FULL,
    /** All attempts to export them failed. */
    RETRIES_EXHAUSTED,
    /** The collector rejected them, or the export with an error that must not be retried. */
    REJECTED,
    /** They were not exported within {@code flushTimeout} on undeployment. */
    SHUTDOWN;

    /** The name of the reason in the figures. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
