package io.redistributed.export;

import java.util.Locale;

/** Why an exporter lost spans that it had been given. */
enum DropReason {
    /** Its buffer was full. */
    BUFFER_FULL,
    /** They could not be exported in time, however often it was tried. */
    RETRIES_EXHAUSTED,
    /** The collector refused them in a way that another attempt would not change. */
    REJECTED,
    /** They were still on their way when the time to flush on undeploy had passed. */
    SHUTDOWN;

    /** As in the figures. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
