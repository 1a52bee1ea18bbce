package io.redistributed.cli;

import io.redistributed.settings.GoText;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Writes searches in Tempo's query language. */
final class TraceQl {

    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}(\\.\\d{1,18})?");
    private static final int NANOS_PER_MICRO = 1_000;

    private TraceQl() {}

    /** Returns a query for traces with a span that meets all conditions. */
    static String of(TraceSource.Search search) {
        List<String> conditions = new ArrayList<>();
        if (search.service() != null) {
            conditions.add("resource.service.name = " + quoted(search.service()));
        }
        if (search.operation() != null) {
            conditions.add("name = " + quoted(search.operation()));
        }
        search.attributes().forEach((key, value) -> conditions.add(equal('.' + quoted(key), value)));
        if (search.failed()) {
            conditions.add("status = error");
        }
        if (search.minDuration() != null) {
            conditions.add("traceDuration >= " + duration(search.minDuration()));
        }
        // Without the hint, Tempo returns the traces it finds first.
        return "{ " + String.join(" && ", conditions) + " } with (most_recent=true)";
    }

    /** Compares an attribute by its text: in TraceQL, a number or a boolean never equals a string. */
    private static String equal(String attribute, String text) {
        String isText = attribute + " = " + quoted(text);
        boolean isLiteral = text.equals("true")
                || text.equals("false")
                || NUMBER.matcher(text).matches();
        return isLiteral ? "(" + isText + " || " + attribute + " = " + text + ")" : isText;
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    private static String duration(String text) {
        try {
            return GoText.parseDuration(text).toNanos() / NANOS_PER_MICRO + "us";
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new RefusedException("--min-duration: \"" + text + "\" is not a duration (use 250ms, 1.5s, 1m30s)");
        }
    }
}
