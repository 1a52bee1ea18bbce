package io.redistributed.bench;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** A table in Markdown, on standard output. */
final class Table {

    private static final String NONE = "–";

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

    /** A dash if nothing was measured. */
    static <T> String median(List<T> measured, ToDoubleFunction<T> figure) {
        if (measured.isEmpty()) {
            return NONE;
        }
        return number(Spread.of(measured, figure).median());
    }

    /** A dash for no value. */
    static String number(Optional<Double> value) {
        return value.map(Table::number).orElse(NONE);
    }
}
