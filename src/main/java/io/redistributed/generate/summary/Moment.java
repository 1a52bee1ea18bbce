package io.redistributed.generate.summary;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A numeric date, or date and time: {@code 2026-01-31}, {@code 31.01.2026}, {@code 1/31/2026}, each with or without
 * a time such as {@code T12:00}, {@code 12:00:59.5}, {@code 1:05 PM}, and that with or without {@code Z}, {@code +02:00} or {@code [Europe/Paris]}. The year has four digits.
 *
 * @param instant sort key; the start of the day without a time, UTC without a zone
 */
record Moment(Instant instant, boolean hasTime, boolean hasZone) {

    /** The order of day, month and year. */
    enum Order {
        YEAR_MONTH_DAY,
        DAY_MONTH_YEAR,
        MONTH_DAY_YEAR;

        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private static final int MIN_CHARS = 8;
    private static final int MAX_CHARS = 80;
    private static final Pattern DATE = Pattern.compile("(\\d{1,4})([-/.])(\\d{1,2})\\2(\\d{1,4})(?:(?:T|,? +)(.+))?");
    private static final Pattern TIME =
            Pattern.compile("(\\d{1,2}):(\\d\\d)(?::(\\d\\d)(?:[.,](\\d{1,9}))?)?(?: ?([AaPp])[Mm])?"
                    + " ?(Z|UTC|GMT|[+-]\\d\\d(?::?\\d\\d)?)?(?:\\[([\\w/+-]{1,40})])?");

    /** Parses {@code text} in {@code order}; null if it is not a date. */
    static Moment read(String text, Order order) {
        if (text.length() < MIN_CHARS || text.length() > MAX_CHARS || !Character.isDigit(text.charAt(0))) {
            return null;
        }
        Matcher date = DATE.matcher(text);
        if (!date.matches()) {
            return null;
        }
        boolean yearFirst = order == Order.YEAR_MONTH_DAY;
        String year = date.group(yearFirst ? 1 : 4);
        String day = date.group(yearFirst ? 4 : order == Order.DAY_MONTH_YEAR ? 1 : 3);
        String month = date.group(yearFirst || order == Order.DAY_MONTH_YEAR ? 3 : 1);
        // Dates with points always have the day first.
        boolean possible = year.length() == 4
                && day.length() <= 2
                && month.length() <= 2
                && !(order == Order.MONTH_DAY_YEAR && date.group(2).equals("."));
        try {
            return possible ? at(LocalDate.of(number(year), number(month), number(day)), date.group(5)) : null;
        } catch (DateTimeException noSuchDay) {
            return null;
        }
    }

    private static Moment at(LocalDate date, String time) {
        if (time == null) {
            return new Moment(date.atStartOfDay().toInstant(ZoneOffset.UTC), false, false);
        }
        Matcher parts = TIME.matcher(time);
        if (!parts.matches()) {
            return null;
        }
        int hour = number(parts.group(1));
        if (parts.group(5) != null) {
            if (hour < 1 || hour > 12) {
                return null;
            }
            hour = hour % 12 + (parts.group(5).equalsIgnoreCase("P") ? 12 : 0);
        }
        String fraction = parts.group(4) == null ? "" : parts.group(4);
        LocalTime clock = LocalTime.of(
                hour,
                number(parts.group(2)),
                parts.group(3) == null ? 0 : number(parts.group(3)),
                number((fraction + "000000000").substring(0, 9)));
        String offset = parts.group(6);
        String region = parts.group(7);
        ZoneId zone = offset != null ? ZoneId.of(offset) : region != null ? ZoneId.of(region) : ZoneOffset.UTC;
        return new Moment(date.atTime(clock).atZone(zone).toInstant(), true, offset != null || region != null);
    }

    private static int number(String digits) {
        return Integer.parseInt(digits);
    }
}
