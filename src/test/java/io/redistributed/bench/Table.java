package io.redistributed.bench;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

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

    /** To about three digits. */
    static String number(double value) {
        return String.format(Locale.ROOT, value >= 1000 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
    }

    /** A dash if there is none. */
    static String number(Optional<Double> value) {
        return value.map(Table::number).orElse("–");
    }
}
