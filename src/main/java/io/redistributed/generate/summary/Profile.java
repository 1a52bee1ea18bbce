package io.redistributed.generate.summary;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Tracks the possible types of a column. Receives each value once with its count, in any order, and keeps the figures of every possible type, because the last value or another column may decide.
 */
final class Profile {

    private static final double NEARLY_ALL = 0.9;
    private static final Pattern CODE = Pattern.compile("(?:\\+|0)[0-9]+");
    private static final Pattern SHORT_DATE = Pattern.compile("\\d{1,2}([-/.])\\d{1,2}\\1\\d{2}(?:[T ].*)?");

    /** Such as {@code 01-Jan-2026}, {@code Jan 1st, 2026}, {@code 2026-Jan-01} and {@code Thu, 01 Jan 2026 12:00:00 GMT}. */
    private static final Pattern NAMED_MONTH = Pattern.compile(
            "(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[., ]+)?(?:\\d{1,4}(?:st|nd|rd|th)?[-/., ]+)?"
                    + "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
                    + "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
                    + "[-/., ]+\\d{1,4}(?:st|nd|rd|th)?(?:[-/., T:].*)?",
            Pattern.CASE_INSENSITIVE);

    private final Extremes<String> texts = new Extremes<>();
    private final Extremes<Boolean> truths = new Extremes<>();
    private final NumberProfile point;
    private final List<DateProfile> dates = new ArrayList<>();
    /** Null while no value depends on the mark. */
    private NumberProfile comma;

    private long count;
    private long truthCount;
    private long numberCount;
    private long dateCount;
    private long shortDateCount;
    private long namedMonthCount;
    private String marked;
    private String noNumber;
    private String noDate;

    /** @param sketched whether to keep a sketch of the distribution of numbers */
    Profile(boolean sketched) {
        point = new NumberProfile(DecimalMark.POINT, sketched);
        for (Moment.Order order : Moment.Order.values()) {
            dates.add(new DateProfile(order));
        }
    }

    void add(String value, long times) {
        count += times;
        texts.add(value, value);
        if (addNumber(value, times)) {
            numberCount += times;
            noDate = noDate == null ? value : noDate;
            return;
        }
        noNumber = noNumber == null ? value : noNumber;
        if (addDate(value, times)) {
            dateCount += times;
            return;
        }
        noDate = noDate == null ? value : noDate;
        Boolean truth = truth(value);
        if (truth != null) {
            truths.add(value, truth);
            truthCount += times;
        }
    }

    private boolean addNumber(String value, long times) {
        if (comma == null && Numeral.dependsOnMark(value)) {
            comma = new NumberProfile(DecimalMark.COMMA, point);
        }
        boolean isNumber = point.add(value, times);
        if (comma != null && comma.add(value, times)) {
            isNumber = true;
        }
        if (isNumber && marked == null && Numeral.dependsOnMark(value)) {
            marked = value;
        }
        return isNumber;
    }

    private boolean addDate(String value, long times) {
        boolean isDate = false;
        for (DateProfile reading : dates) {
            isDate |= reading.add(value, times);
        }
        if (!isDate
                && value.length() >= 6
                && value.charAt(0) <= '9'
                && SHORT_DATE.matcher(value).matches()) {
            shortDateCount += times;
        }
        // Only a column in which all values match counts.
        if (namedMonthCount == count - times && NAMED_MONTH.matcher(value).matches()) {
            namedMonthCount += times;
        }
        return isDate;
    }

    static Boolean truth(String value) {
        if (value.length() > 5) {
            return null;
        }
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "yes" -> Boolean.TRUE;
            case "false", "no" -> Boolean.FALSE;
            default -> null;
        };
    }

    /** Returns the only mark with which all values are numbers; null if both or neither fit. */
    DecimalMark provenMark() {
        boolean byPoint = all(point.count());
        boolean byComma = comma == null ? byPoint : all(comma.count());
        return byPoint == byComma ? null : byPoint ? DecimalMark.POINT : DecimalMark.COMMA;
    }

    /** Returns the only order of day and month with which all values are dates; null if both or neither fit. */
    Moment.Order provenOrder() {
        boolean dayFirst = all(by(Moment.Order.DAY_MONTH_YEAR).count());
        boolean monthFirst = all(by(Moment.Order.MONTH_DAY_YEAR).count());
        return dayFirst == monthFirst ? null : dayFirst ? Moment.Order.DAY_MONTH_YEAR : Moment.Order.MONTH_DAY_YEAR;
    }

    /** Returns a number whose value depends on the mark, if the column does not determine the mark; else null. */
    String ambiguousNumber() {
        return comma != null && all(point.count()) && all(comma.count()) ? marked : null;
    }

    /** Returns the column as numbers with {@code mark}; null if not all values are numbers. */
    NumberProfile numbers(DecimalMark mark) {
        NumberProfile reading = mark == DecimalMark.POINT || comma == null ? point : comma;
        return all(reading.count()) ? reading : null;
    }

    /** Returns the column as dates, in {@code order} if two orders fit; null if not all values are dates or the order is unknown. */
    DateProfile dates(Moment.Order order) {
        Moment.Order proven = provenOrder();
        if (all(by(Moment.Order.YEAR_MONTH_DAY).count())) {
            return by(Moment.Order.YEAR_MONTH_DAY);
        }
        Moment.Order used = proven == null ? order : proven;
        return used != null && all(by(used).count()) ? by(used) : null;
    }

    /** Returns the column as booleans; null if not all values are. */
    Extremes<Boolean> truths() {
        return all(truthCount) ? truths : null;
    }

    Extremes<String> texts() {
        return texts;
    }

    /** Returns a warning if a text column looks like another type, for users; else null. */
    String doubt() {
        if (all(numberCount)) {
            return "the numbers are written in more than one way or with different units, such as "
                    + quoted(texts.least()) + " and " + quoted(texts.greatest());
        }
        if (all(by(Moment.Order.DAY_MONTH_YEAR).count())) {
            return "day and month are ambiguous, as in " + quoted(texts.least());
        }
        if (all(dateCount)) {
            return "the dates are written in more than one way, or not all have a time, such as "
                    + quoted(texts.least()) + " and " + quoted(texts.greatest());
        }
        if (all(shortDateCount)) {
            return "the years have two digits, as in " + quoted(texts.least());
        }
        if (all(namedMonthCount)) {
            return "the months have names, as in " + quoted(texts.least());
        }
        if (numberCount >= NEARLY_ALL * count
                && numberCount > 1
                && !CODE.matcher(noNumber).matches()) {
            return "values that are not numbers: " + (count - numberCount) + " of " + count + ", such as "
                    + quoted(noNumber);
        }
        if (dateCount >= NEARLY_ALL * count && dateCount > 1) {
            return "values that are not dates: " + (count - dateCount) + " of " + count + ", such as " + quoted(noDate);
        }
        return null;
    }

    private static String quoted(String value) {
        return "'" + (value.length() > 40 ? value.substring(0, 40) + "…" : value) + "'";
    }

    private DateProfile by(Moment.Order order) {
        return dates.get(order.ordinal());
    }

    private boolean all(long readable) {
        return count > 0 && readable == count;
    }
}
