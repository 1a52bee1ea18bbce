package io.redistributed.html;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Formats values for an HTML page. */
public final class Html {

    private static final int SHOWN_CHARS = 120;
    private static final MathContext SHOWN_DIGITS = new MathContext(6);

    private Html() {}

    /** Escapes untrusted text for element content and quoted attributes. */
    public static String escape(String text) {
        StringBuilder html = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> html.append("&amp;");
                case '<' -> html.append("&lt;");
                case '>' -> html.append("&gt;");
                case '"' -> html.append("&quot;");
                case '\'' -> html.append("&#39;");
                default -> html.appendCodePoint(c);
            }
        });
        return html.toString();
    }

    /** Escapes untrusted text, and truncates it after {@value #SHOWN_CHARS} characters. */
    public static String text(String text) {
        return escape(shortened(text, SHOWN_CHARS));
    }

    /** Truncates text to a number of code points, followed by an ellipsis. */
    public static String shortened(String text, int chars) {
        return text.codePointCount(0, text.length()) > chars
                ? text.substring(0, text.offsetByCodePoints(0, chars)) + '…'
                : text;
    }

    /** Returns untrusted text as element content, isolated from the text direction of its surroundings. */
    public static String value(String text) {
        return "<bdi>" + text(text) + "</bdi>";
    }

    public static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** Formats a number with six digits, whole numbers up to 10<sup>15</sup> with all digits. */
    public static String number(double number) {
        if (number == Math.rint(number) && Math.abs(number) < 1e15) {
            return number((long) number);
        }
        BigDecimal rounded = new BigDecimal(number, SHOWN_DIGITS).stripTrailingZeros();
        double size = Math.abs(number);
        return size >= 1e15 || size < 1e-4
                ? rounded.toString()
                : String.format(Locale.ROOT, "%,." + Math.max(0, rounded.scale()) + "f", rounded);
    }

    public static String number(Number number) {
        if (number instanceof Double value) {
            return number(value.doubleValue());
        }
        return number instanceof Long value
                ? number(value.longValue())
                : String.format(Locale.ROOT, "%,.0f", new BigDecimal(number.toString()));
    }

    public static String percent(long part, long whole) {
        return String.format(Locale.ROOT, "%.1f %%", whole == 0 ? 0.0 : 100.0 * part / whole);
    }
}
