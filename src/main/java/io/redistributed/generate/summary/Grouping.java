package io.redistributed.generate.summary;

import com.fasterxml.jackson.annotation.JsonInclude;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleConsumer;

/**
 * The content of a {@code groups} report; its components define the JSON.
 *
 * @param value the column of numbers; null if rows are only counted
 * @param interval null unless the groups are periods
 * @param rows number of rows without the header
 * @param distinct number of groups
 * @param groups by time if they are periods, without gaps; else the largest first, by sum or else by count
 * @param others number of rows in groups that are not listed
 * @param undated rows without a date in the grouping column, which are in no period
 * @param notNumbers rows whose value is neither empty nor a number
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Grouping(
        String groupBy,
        String value,
        String interval,
        long rows,
        int distinct,
        List<Group> groups,
        long others,
        long undated,
        long notNumbers) {

    /** Bounds the memory; a column with more values identifies rows. */
    static final int MAX_GROUPS = 100_000;

    /** Bounds the report; a longer series needs a longer interval. */
    static final int MAX_PERIODS = 10_000;

    /** What a report asks for; {@code value} and {@code interval} may be null. */
    record Query(String groupBy, String value, Interval interval, DecimalMark mark, int top) {}

    /**
     * Reads a CSV file to the end.
     *
     * @param progress receives the share of the bytes read
     * @throws CsvException with the reason, if the input is empty, malformed, lacks a column or has too many groups
     */
    static Grouping of(CsvBytes csv, Layout layout, Query query, DoubleConsumer progress) throws CsvException {
        if (csv.size() == 0) {
            throw new CsvException("the input is empty (expected a CSV file)");
        }
        Rows rows = new Rows(layout, query);
        try (CsvReader<CsvRecord> reader = CsvReader.builder()
                .fieldSeparator(layout.separator())
                .trimWhitespacesAroundQuotes(layout.spacedQuotes())
                .maxBufferSize(Table.MAX_FIELD_CHARS)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .ofCsvRecord(new CsvInput(csv, layout.encoding(), progress))) {
            for (CsvRecord record : reader) {
                rows.add(record);
            }
        } catch (UncheckedIOException broken) {
            throw new CsvException(broken.getCause().getMessage());
        } catch (CsvParseException broken) {
            throw new CsvException(
                    broken.getCause() == null
                            ? broken.getMessage()
                            : broken.getCause().getMessage());
        } catch (IOException close) {
            throw new UncheckedIOException(close);
        }
        return rows.grouping();
    }

    /** Collects the rows of one file. */
    private static final class Rows {

        private final Layout layout;
        private final Query query;
        private final Map<Object, Group.Sum> groups = new HashMap<>();
        private List<String> names;
        private int groupBy;
        private int value = -1;
        private Moment.Order order;
        private long rows;
        private long undated;
        private long notNumbers;
        private boolean ended;

        Rows(Layout layout, Query query) {
            this.layout = layout;
            this.query = query;
        }

        void add(CsvRecord record) throws CsvException {
            if (record.getField(0).equals(String.valueOf(CsvInput.END))) {
                ended = true;
            } else if (record.getStartingLineNumber() >= layout.firstLine() && !isEmpty(record)) {
                if (names == null) {
                    name(record);
                } else {
                    count(record);
                }
            }
        }

        private static boolean isEmpty(CsvRecord record) {
            return record.getFieldCount() == 1 && record.getField(0).isEmpty();
        }

        private void name(CsvRecord record) throws CsvException {
            names = record.getFields().stream().map(Cells::strip).toList();
            groupBy = column("groupBy", query.groupBy);
            value = query.value == null ? -1 : column("value", query.value);
        }

        private int column(String parameter, String name) throws CsvException {
            int index = names.indexOf(name);
            if (index < 0) {
                throw new CsvException("parameter '" + parameter + "': the input has no column '" + name
                        + "'; its columns are '" + Warnings.shortened(String.join("', '", names)) + "'");
            }
            return index;
        }

        private void count(CsvRecord record) throws CsvException {
            rows++;
            Object group = query.interval == null ? field(record, groupBy) : period(field(record, groupBy));
            String text = value < 0 ? "" : field(record, value);
            Numeral number = Numeral.read(text, query.mark);
            notNumbers += number == null && !text.isEmpty() ? 1 : 0;
            if (group == null) {
                undated++;
                return;
            }
            groups.computeIfAbsent(group, absent -> new Group.Sum()).add(number == null ? null : number.value());
            if (groups.size() > MAX_GROUPS) {
                throw new CsvException("column '" + query.groupBy + "' has more than " + MAX_GROUPS
                        + (query.interval == null ? " different values" : " periods; use a longer interval"));
            }
        }

        private static String field(CsvRecord record, int index) {
            return index < record.getFieldCount() ? Cells.strip(record.getField(index)) : "";
        }

        /** Returns null if the text is no date. The first date decides about the order of day, month and year. */
        private Instant period(String text) {
            for (Moment.Order tried : order == null ? Moment.Order.values() : new Moment.Order[] {order}) {
                Moment moment = Moment.read(text, tried);
                if (moment != null) {
                    order = tried;
                    return query.interval.start(moment.instant());
                }
            }
            return null;
        }

        Grouping grouping() throws CsvException {
            if (!ended) {
                throw new CsvException("a quote is never closed");
            } else if (names == null) {
                throw new CsvException("the input has only empty lines (expected a CSV file)");
            } else if (query.interval != null && groups.isEmpty() && rows > 0) {
                throw new CsvException("column '" + query.groupBy
                        + "' has no dates, which 'interval' needs, such as 2026-01-31 or 31.01.2026 12:00");
            }
            List<Group> all = query.interval == null ? largest() : series();
            List<Group> listed = query.interval == null ? all.subList(0, Math.min(query.top, all.size())) : all;
            long listedRows = listed.stream().mapToLong(Group::count).sum();
            return new Grouping(
                    query.groupBy,
                    query.value,
                    query.interval == null ? null : query.interval.name().toLowerCase(Locale.ROOT),
                    rows,
                    groups.size(),
                    listed,
                    rows - undated - listedRows,
                    undated,
                    notNumbers);
        }

        private List<Group> largest() {
            Comparator<Group> bySize = query.value == null
                    ? Comparator.comparing(Group::count)
                    : Comparator.comparing(Group::sum, Comparator.nullsFirst(Comparator.<BigDecimal>naturalOrder()));
            List<Group> all = new ArrayList<>();
            groups.forEach((name, sum) -> all.add(sum.group((String) name)));
            all.sort(bySize.reversed().thenComparing(Group::group));
            return all;
        }

        /** Periods without rows are groups too, so that a chart has no gaps. */
        private List<Group> series() throws CsvException {
            TreeMap<Instant, Group.Sum> byTime = new TreeMap<>();
            groups.forEach((start, sum) -> byTime.put((Instant) start, sum));
            List<Group> all = new ArrayList<>();
            if (byTime.isEmpty()) {
                return all;
            }
            Instant last = byTime.lastKey();
            for (Instant start = byTime.firstKey(); !start.isAfter(last); start = query.interval.next(start)) {
                if (all.size() == MAX_PERIODS) {
                    throw new CsvException("column '" + query.groupBy + "' spans more than " + MAX_PERIODS
                            + " periods; use a longer interval");
                }
                all.add(byTime.getOrDefault(start, new Group.Sum()).group(query.interval.label(start)));
            }
            return all;
        }
    }
}
