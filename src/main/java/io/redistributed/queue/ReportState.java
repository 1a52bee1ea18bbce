package io.redistributed.queue;

import java.util.stream.Stream;

/** {@code queued → running → done | failed | cancelled}; a failed attempt goes back to {@code queued}. */
public enum ReportState {
    QUEUED,
    RUNNING,
    DONE,
    FAILED,
    CANCELLED;

    /** Returns whether the report has ended. */
    public boolean isTerminal() {
        return this == DONE || this == FAILED || this == CANCELLED;
    }

    /** Returns the lower-case name, as in Redis and the API. */
    public String text() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    static ReportState of(String text) {
        return Stream.of(values())
                .filter(state -> state.text().equals(text))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("state: there is no '" + text + "'"));
    }
}
