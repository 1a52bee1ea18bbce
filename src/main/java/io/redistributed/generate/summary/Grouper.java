package io.redistributed.generate.summary;

import io.redistributed.generate.summary.Grouping.Query;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.DoubleConsumer;
import java.util.stream.Stream;

/**
 * Groups the rows of a CSV file. Groups by each possible order of day and month, and adds up by each decimal mark: the last row may
 * decide which is right. If two fit as many rows, the beginning of the other columns decides. A {@link Budget} bounds the memory.
 */
final class Grouper extends Records {

    /** Bytes of a group without its sums: the map's node and slot, the key and its array, and the array of sums. */
    private static final int GROUP_BYTES = 120;

    private final Query query;
    private final Budget budget;
    private final List<Keys> keys;
    private final List<Numbers> numbers;
    /** The first {@value Sample#MAX_ROWS} rows of each column. */
    private final List<Profile> beginnings = new ArrayList<>();

    private int groupBy;
    private int value;
    private String key;
    private String number = "";
    /** Rows without a date in any order. */
    private long dateless;

    private Grouper(Layout layout, Query query, Budget budget) {
        super(layout);
        this.query = query;
        this.budget = budget;
        this.keys = query.interval() == null
                ? List.of(new Keys(null))
                : Stream.of(Moment.Order.values()).map(Keys::new).toList();
        this.numbers = query.mark() == null && query.value() != null
                ? Stream.of(DecimalMark.values()).map(Numbers::new).toList()
                : List.of(new Numbers(query.mark()));
    }

    /**
     * Reads a CSV file to the end.
     *
     * @param progress receives the share of the bytes read
     * @throws CsvException with the reason, if the input is empty, malformed, lacks a column or has too many groups
     */
    static Grouping group(CsvBytes csv, Layout layout, Query query, Budget budget, DoubleConsumer progress) {
        Grouper grouper = new Grouper(layout, query, budget);
        grouper.readAll(csv, progress);
        return grouper.grouping();
    }

    @Override
    void start(List<String> names) {
        groupBy = column(names, "groupBy", query.groupBy());
        value = query.value() == null ? -1 : column(names, "value", query.value());
        names.forEach(name -> beginnings.add(new Profile(false)));
    }

    private int column(List<String> names, String parameter, String name) {
        int index = names.indexOf(name);
        if (index < 0) {
            throw new CsvException("parameter '" + parameter + "': the input has no column '" + name
                    + "'; its columns are '" + Warnings.shortened(String.join("', '", names)) + "'"
                    + (layout().header()
                            ? ""
                            : "; line " + layout().firstLine()
                                    + " was read as values; if it has the names, set the parameter 'header' to true"));
        }
        return index;
    }

    @Override
    void field(int column, String text) {
        if (column == groupBy) {
            key = text;
        }
        if (column == value) {
            number = text;
        }
        if (rows() < Sample.MAX_ROWS && !MissingMarks.isMissing(text)) {
            // Longer texts are neither numbers nor dates, even if shortened to this.
            beginnings.get(column).add(text.substring(0, Math.min(text.length(), Numeral.MAX_CHARS + 1)), 1);
        }
    }

    @Override
    void endRow() {
        numbers.forEach(reading -> reading.read(number));
        boolean isDated = false;
        for (Keys reading : keys) {
            isDated |= reading.add();
        }
        dateless += isDated ? 0 : 1;
        if (budget.isExceeded()) {
            throw new CsvException(column() + " has too many or too long different values: they do not fit into the "
                    + "memory of a report"
                    + (keys.stream().anyMatch(Keys::hasBothSums)
                            ? "; set the parameter 'decimal' to need less of it"
                            : ""));
        }
    }

    private String column() {
        return "column '" + query.groupBy() + "'";
    }

    private Grouping grouping() {
        Conventions conventions = Conventions.of(beginnings, layout().separator(), query.mark());
        Keys by = Collections.min(
                keys,
                Comparator.comparingLong((Keys reading) -> reading.undated)
                        .thenComparing(reading -> reading.order != conventions.order()));
        Numbers added = Collections.min(
                numbers,
                Comparator.comparingLong((Numbers reading) -> reading.notNumbers)
                        .thenComparing(reading -> reading.mark != conventions.mark()));
        int mark = numbers.indexOf(added);
        if (query.interval() != null && by.groups.isEmpty() && rows() > 0) {
            throw new CsvException(
                    column() + " has no dates, which 'interval' needs, such as 2026-01-31 or 31.01.2026 12:00");
        }
        warnOfOtherOrder(by, mark);
        warnOfMissingZones(by);
        warnOfOtherNumbers(by, added);
        List<Group> all = query.interval() == null ? largest(by, mark) : series(by, mark);
        List<Group> listed = query.interval() == null ? all.subList(0, Math.min(query.top(), all.size())) : all;
        long listedRows = listed.stream().mapToLong(Group::count).sum();
        return new Grouping(
                query.groupBy(),
                query.value(),
                query.interval() == null ? null : query.interval().name().toLowerCase(Locale.ROOT),
                rows(),
                by.groups.size(),
                listed,
                rows() - by.undated - listedRows,
                by.undated,
                added.notNumbers,
                warnings().list());
    }

    private void warnOfOtherOrder(Keys by, int mark) {
        if (by.undated > dateless) {
            warnings()
                    .add(column() + " has dates written in more than one way; those not in the order "
                            + by.order.label() + " were left out: " + (by.undated - dateless));
        }
        keys.stream()
                .filter(other -> other != by && other.undated == by.undated && !other.isSame(by, mark))
                .forEach(other -> warnings()
                        .add(column() + " was read as " + by.order.label() + "; " + other.order.label()
                                + " fits as many rows"));
    }

    private void warnOfMissingZones(Keys by) {
        long dated = rows() - by.undated;
        if (by.zoned > 0 && by.zoned < dated) {
            warnings()
                    .add(column() + " has no time zone in " + (dated - by.zoned) + " of " + dated
                            + " values; UTC was assumed");
        }
    }

    private void warnOfOtherNumbers(Keys by, Numbers added) {
        String column = "column '" + query.value() + "'";
        if (added.otherUnits > 0) {
            warnings()
                    .add(column + " was added up "
                            + (added.unit == null ? "without a unit" : "in '" + added.unit + "'")
                            + "; numbers with other units were left out: " + added.otherUnits);
        }
        Numbers other = numbers.get(numbers.size() - 1 - numbers.indexOf(added));
        if (other != added
                && other.notNumbers == added.notNumbers
                && by.groups.values().stream().anyMatch(sums -> !sums[0].isSame(sums[1]))) {
            warnings()
                    .add(column + " was read with a " + added.mark.label() + "; a " + other.mark.label()
                            + " fits as many rows; set the parameter 'decimal' to choose");
        }
    }

    private List<Group> largest(Keys by, int mark) {
        Comparator<Group> bySize = query.value() == null
                ? Comparator.comparing(Group::count)
                : Comparator.comparing(Group::sum, Comparator.nullsFirst(Comparator.<BigDecimal>naturalOrder()));
        List<Group> all = new ArrayList<>();
        by.groups.forEach((name, sums) -> all.add(sums[mark].group((String) name)));
        all.sort(bySize.reversed().thenComparing(Group::group));
        return all;
    }

    /** Periods without rows are groups too, so that a chart has no gaps. */
    private List<Group> series(Keys by, int mark) {
        TreeMap<Instant, Group.Sum> byTime = new TreeMap<>();
        by.groups.forEach((start, sums) -> byTime.put((Instant) start, sums[mark]));
        List<Group> all = new ArrayList<>();
        if (byTime.isEmpty()) {
            return all;
        }
        Interval interval = query.interval();
        Instant last = byTime.lastKey();
        for (Instant start = byTime.firstKey(); !start.isAfter(last); start = interval.next(start)) {
            if (all.size() == Grouping.MAX_PERIODS) {
                throw new CsvException(column() + " spans more than " + Grouping.MAX_PERIODS + " periods, from "
                        + interval.label(byTime.firstKey()) + " to " + interval.label(last)
                        + "; use a longer interval");
            }
            all.add(byTime.getOrDefault(start, new Group.Sum()).group(interval.label(start)));
        }
        return all;
    }

    /** The groups by one order of day and month, or by text. */
    private final class Keys {

        private final Moment.Order order;
        /** Sums by text or start of the period, one for each of {@link #numbers}: the same object while all are equal. */
        private final Map<Object, Group.Sum[]> groups = new HashMap<>();

        private long undated;
        private long zoned;

        /** @param order null to group by text */
        Keys(Moment.Order order) {
            this.order = order;
        }

        /** Adds the current row and returns whether it is in a group. */
        boolean add() {
            Object group = order == null ? key : period();
            if (group == null) {
                undated++;
                return false;
            }
            Group.Sum[] sums = groups.computeIfAbsent(group, this::sums);
            int last = sums.length - 1;
            if (sums[0] == sums[last] && !Objects.equals(numbers.get(0).value, numbers.get(last).value)) {
                sums[last] = new Group.Sum(sums[0]);
                budget.take(sums[last].bytes());
            }
            budget.take(sums[0].add(numbers.get(0).value));
            if (sums[0] != sums[last]) {
                budget.take(sums[last].add(numbers.get(last).value));
            }
            return true;
        }

        private Group.Sum[] sums(Object newGroup) {
            if (order == null && groups.size() == Grouping.MAX_GROUPS) {
                throw new CsvException(column() + " has more than " + Grouping.MAX_GROUPS + " different values");
            }
            Group.Sum[] sums = new Group.Sum[numbers.size()];
            Arrays.fill(sums, new Group.Sum());
            budget.take(GROUP_BYTES + Column.bytes(key) + sums[0].bytes());
            return sums;
        }

        boolean hasBothSums() {
            return groups.values().stream().anyMatch(sums -> sums[0] != sums[sums.length - 1]);
        }

        private Instant period() {
            Moment moment = Moment.read(key, order);
            if (moment == null) {
                return null;
            }
            zoned += moment.hasZone() ? 1 : 0;
            return query.interval().start(moment.instant());
        }

        boolean isSame(Keys other, int mark) {
            return groups.keySet().equals(other.groups.keySet())
                    && groups.keySet().stream()
                            .allMatch(group ->
                                    groups.get(group)[mark].isSame(other.groups.get(group)[mark]));
        }
    }

    /** The numbers by one decimal mark, in the unit of the first. */
    private static final class Numbers {

        private final DecimalMark mark;
        private boolean hasUnit;
        private String unit;
        /** The number of the current row; null without one. */
        private BigDecimal value;

        private long notNumbers;
        private long otherUnits;

        Numbers(DecimalMark mark) {
            this.mark = mark;
        }

        void read(String text) {
            value = null;
            Numeral numeral = Numeral.read(text, mark);
            if (numeral == null) {
                notNumbers += MissingMarks.isMissing(text) ? 0 : 1;
            } else if (hasUnit && !Objects.equals(unit, numeral.unit())) {
                notNumbers++;
                otherUnits++;
            } else {
                hasUnit = true;
                unit = numeral.unit();
                value = numeral.value();
            }
        }
    }
}
