package io.redistributed.generate;

import com.fasterxml.jackson.annotation.JsonValue;
import io.redistributed.generate.CsvSummary.Approximation;
import io.redistributed.generate.CsvSummary.TopValue;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/**
 * A column as a table of frequencies: each distinct value once, with how often it occurs, and nothing per row. All figures
 * follow from it, exactly; until {@link #sketch} gives it up for a sketch of it.
 */
final class Column {

    /** Of a distinct value: the map's node and slot, the count, the string and its array. */
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

    /** Counts in a value; an empty one is missing and left out. */
    void add(String value) {
        last = value;
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
            take(BYTES + (long) value.length() * (isLatin(value) ? 1 : 2));
        }
    }

    /** Whether {@code value} was not there yet. */
    private static boolean increment(Map<String, Frequency> frequencies, String value, int times) {
        Frequency frequency = frequencies.get(value);
        if (frequency != null) {
            frequency.count += times;
            return false;
        }
        frequencies.put(value, new Frequency(times));
        return true;
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

    /** What the values take that this column would lose as a sketch. */
    long bytes() {
        return sketches == null ? bytes : 0;
    }

    /** Goes on in bounded memory, with figures that are approximate where {@link CsvSummary} says so. */
    void sketch() {
        sketches = new Sketches();
        frequencies.forEach((value, frequency) -> sketches.add(value, frequency.count));
        frequencies = null;
        take(Sketches.BYTES - bytes);
    }

    /** What the values can be read as, but for words that may mean that a value is missing. */
    Profile profile() {
        if (sketches != null) {
            return sketches.profile();
        }
        Profile profile = new Profile(false);
        frequencies.forEach((value, frequency) -> profile.add(value, frequency.count));
        return profile;
    }

    /**
     * Once the type is known: words such as {@code unknown} are values of a text, and missing values elsewhere.
     *
     * @param profile that of this column
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

    /** What the last row has here, also if it means that a value is missing. */
    String last() {
        return last;
    }

    /** The last row is too short. */
    void lacksLast() {
        last = "";
    }

    /** How many values there are. */
    long count() {
        return count;
    }

    long distinct() {
        return sketches == null ? frequencies.size() : Math.min(count, sketches.distinct());
    }

    /** How often each mark of a missing value occurs, by their text. */
    Map<String, Frequency> marks() {
        return marks;
    }

    /** How often each distinct value occurs, in no order; null of a sketch. */
    Map<String, Frequency> frequencies() {
        return frequencies;
    }

    /** By how much figures may be wrong; null if they are exact. */
    Approximation approximation(boolean numeric) {
        return sketches == null ? null : sketches.approximation(numeric);
    }

    /** The most frequent values, the most frequent first, equals by their text. */
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

    /** Counts in place; a boxed number would be a new object for each occurrence. */
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
