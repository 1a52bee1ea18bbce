package io.redistributed.generate.summary;

import java.util.ArrayList;
import java.util.List;

/** Collects oddities of a file and assumptions for users, up to a limit. */
final class Warnings {

    private static final int MAX_WARNINGS = 100;
    private static final int SHOWN_CHARS = 60;

    private final List<String> first = new ArrayList<>();
    private long more;

    void add(String warning) {
        if (first.size() < MAX_WARNINGS) {
            first.add(warning);
        } else {
            more++;
        }
    }

    List<String> list() {
        List<String> all = new ArrayList<>(first);
        if (more > 0) {
            all.add("further warnings: " + more);
        }
        return all;
    }

    /** Returns text from the file for a warning. */
    static String shortened(String text) {
        return text.length() > SHOWN_CHARS ? text.substring(0, SHOWN_CHARS) + "…" : text;
    }
}
