package io.redistributed.generate.summary;

import com.fasterxml.jackson.annotation.JsonValue;
import io.redistributed.generate.summary.CsvSummary.Approximation;
import io.redistributed.generate.summary.CsvSummary.TopValue;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/**
 * A column as a frequency table: each distinct value with its count, and nothing per row. All figures are exact until {@link #sketch} replaces the table by a sketch.
 */
final class Column {

    /** Bytes per distinct value: the map's node and slot, the count, the string and its array. */
    private static final int BYTES = 96;

    private final String name;
    private final Budget budget;
    private final Map<String, Frequency> marks = new TreeMap<>();
    private final Map<String, Frequency> words = new TreeMap<>();
    private Map<String, Frequency> frequencies = new HashMap<>();
    private Sketches sketches;
    private long bytes;
    private long count;
    private String last = "";

    Column(String name, Budget budget) {
        this.name = name;
        this.budget = budget;
    }

    /** Counts a value; an empty value counts as missing. */
    void add(String value) {
        last = value.length() > Numeral.MAX_CHARS ? "" : value;
        if (value.isEmpty()) {
            return;
        }
        if (MissingMarks.always(value)) {
            increment(marks, value, 1);
        } else if (MissingMarks.besideFigures(value)) {
            increment(words, value, 1);
        } else {
            addValue(value, 1);
        }
    }

    private void addValue(String value, int times) {
        count += times;
        if (sketches != null) {
            sketches.add(value, times);
        } else if (increment(frequencies, value, times)) {
            take(BYTES + bytes(value));
        }
    }

    /** Returns whether {@code value} is new. */
    private static boolean increment(Map<String, Frequency> frequencies, String value, int times) {
        Frequency frequency = frequencies.get(value);
        if (frequency != null) {
            frequency.count += times;
            return false;
        }
        frequencies.put(value, new Frequency(times));
        return true;
    }

    /** Returns the bytes of the characters. */
    static long bytes(String value) {
        return (long) value.length() * (isLatin(value) ? 1 : 2);
    }

    private static boolean isLatin(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) > 255) {
                return false;
            }
        }
        return true;
    }

    private void take(long more) {
        bytes += more;
        budget.take(more);
    }

    /** Returns the bytes that a sketch would free. */
    long bytes() {
        return sketches == null ? bytes : 0;
    }

    /** Replaces the table by a sketch of bounded size; {@link CsvSummary} documents which figures become approximate. */
    void sketch(Sketches.Size size) {
        sketches = new Sketches(size);
        frequencies.forEach((value, frequency) -> sketches.add(value, frequency.count));
        frequencies = null;
        take(size.bytes() - bytes);
    }

    /** Returns the profile of the values, without words that may mark missing values. */
    Profile profile() {
        if (sketches != null) {
            return sketches.profile();
        }
        Profile profile = new Profile(false);
        frequencies.forEach((value, frequency) -> profile.add(value, frequency.count));
        return profile;
    }

    /**
     * Applies the column type: words such as {@code unknown} are values in a text column, and missing values elsewhere.
     *
     * @param profile profile of this column
     */
    void settle(boolean text, Profile profile) {
        words.forEach((word, frequency) -> {
            if (!text) {
                increment(marks, word, frequency.count);
                return;
            }
            addValue(word, frequency.count);
            if (sketches == null) {
                profile.add(word, frequency.count);
            }
        });
        words.clear();
    }

    String name() {
        return name;
    }

    /** Returns the value of the last row, even if it marks a missing value; empty if it is too long for a number. */
    String last() {
        return last;
    }

    /** Returns the number of values. */
    long count() {
        return count;
    }

    long distinct() {
        return sketches == null ? frequencies.size() : Math.min(count, sketches.distinct());
    }

    /** Returns the count of each missing-value mark, sorted by mark. */
    Map<String, Frequency> marks() {
        return marks;
    }

    /** Returns the count of each distinct value, unordered; null for a sketch. */
    Map<String, Frequency> frequencies() {
        return frequencies;
    }

    /** Returns the error bounds of the figures; null if they are exact. */
    Approximation approximation(boolean numeric) {
        return sketches == null ? null : sketches.approximation(numeric);
    }

    /** Returns the most frequent values, most frequent first, ties sorted by text. */
    List<TopValue> top(int limit) {
        if (sketches != null) {
            return sketches.top(limit);
        }
        Comparator<TopValue> rank = TopValue.RANK;
        PriorityQueue<TopValue> best = new PriorityQueue<>(limit + 1, rank.reversed());
        frequencies.forEach((value, frequency) -> {
            best.add(new TopValue(value, frequency.count));
            if (best.size() > limit) {
                best.remove();
            }
        });
        return best.stream().sorted(rank).toList();
    }

    /** A mutable count, because a boxed number would allocate for each occurrence. */
    static final class Frequency {

        private int count;

        Frequency(int count) {
            this.count = count;
        }

        @JsonValue
        int count() {
            return count;
        }
    }
}
