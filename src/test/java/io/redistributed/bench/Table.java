package io.redistributed.bench;

import java.util.List;
import java.util.Locale;

/** A table in Markdown, on standard output. */
final class Table {

    private Table() {}

    static void head(String... names) {
        System.out.println();
        row((Object[]) names);
        System.out.println("| --- ".repeat(names.length) + "|");
    }

    static void row(Object... values) {
        System.out.println("| "
                + String.join(
                        " | ", List.of(values).stream().map(Object::toString).toList()) + " |");
    }

    static String number(double value) {
        return String.format(Locale.ROOT, value >= 1000 ? "%,.0f" : "%.1f", value);
    }
}
