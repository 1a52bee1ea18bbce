package io.redistributed.generate.summary;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;

/**
 * Detects integer columns whose values all look like something else: dates without separators ({@code
 * 20250131}), or telephone numbers in groups ({@code 555 123 456}).
 */
final class Lookalikes {

    private static final int DATE_LENGTH = 8;
    private static final int FIRST_YEAR = 1900;
    private static final int LAST_YEAR = 2100;

    /** Grouped prices and populations have fewer digits, or different numbers of digits. */
    private static final int MIN_TELEPHONE_DIGITS = 9;

    private String example;
    private boolean areDates = true;
    private boolean areTelephones = true;

    /** Adds a numeric value. */
    void add(String text) {
        example = example == null ? text : example;
        areDates = areDates && isDate(text);
        areTelephones = areTelephones && isTelephone(text) && text.length() == example.length();
    }

    /** Returns a warning for users; null if the values look like numbers. */
    String doubt() {
        if (example == null || !areDates && !areTelephones) {
            return null;
        }
        return areDates
                ? "was read as integers, but its values look like dates, such as '" + example + "'; write them as "
                        + LocalDate.parse(example, DateTimeFormatter.BASIC_ISO_DATE)
                : "was read as integers, but its values look like telephone numbers, such as '" + example
                        + "'; write them with hyphens to have them read as text";
    }

    private static boolean isDate(String text) {
        if (text.length() != DATE_LENGTH || !text.chars().allMatch(Character::isDigit)) {
            return false;
        }
        try {
            int year = LocalDate.parse(text, DateTimeFormatter.BASIC_ISO_DATE).getYear();
            return year >= FIRST_YEAR && year <= LAST_YEAR;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isTelephone(String text) {
        return text.chars().anyMatch(c -> Numeral.isSpace((char) c))
                && text.chars().allMatch(c -> Numeral.isSpace((char) c) || Character.isDigit(c))
                && text.chars().filter(Character::isDigit).count() >= MIN_TELEPHONE_DIGITS;
    }
}
