package io.redistributed.auth;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a caller may do. The configuration and tokens name rights in lower case. */
public enum Right {
    /** Submit reports; cancel and retry its own. */
    SUBMIT,
    /** Read its own reports, their results, events and traces. */
    READ,
    /** Read, cancel and retry all reports; read all traces; see the workers. */
    OPERATE,
    /** Send spans. */
    INGEST,
    /** Read the metrics of the node. */
    METRICS;

    /** Returns the right of that name; empty for any other text. */
    public static Optional<Right> of(String text) {
        return Arrays.stream(values())
                .filter(right -> right.text().equals(text))
                .findFirst();
    }

    public static List<String> names() {
        return Arrays.stream(values()).map(Right::text).toList();
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
