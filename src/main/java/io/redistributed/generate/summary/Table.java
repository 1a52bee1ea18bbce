package io.redistributed.generate.summary;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.RecordType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.DoubleConsumer;

/**
 * The columns of a CSV file (RFC 4180; lines end with LF, CRLF or CR). Values are stripped of surrounding white space; empty values and absent fields of short rows are missing. Fields beyond the last column are ignored. Empty lines are skipped. A {@link Budget} bounds the memory: columns that exceed it become sketches, largest first.
 */
final class Table extends AbstractBaseCsvCallbackHandler<Table> {

    static final int MAX_COLUMNS = 1_000;

    /** Also limits the text swallowed by an unclosed quote. */
    static final int MAX_FIELD_CHARS = 1_000_000;

    private final Layout layout;
    private final Budget budget;
    private final List<String> firstRecord = new ArrayList<>();
    private final List<Column> columns = new ArrayList<>();
    private final Warnings warnings = new Warnings();
    private final Misfits shortRows = new Misfits();
    private final Misfits longRows = new Misfits();
    private final Misfits comments = new Misfits();

    /** The fields of a row that begins with #, until it is known whether it is a comment. */
    private final List<String> hashed = new ArrayList<>();

    private boolean hashesAreValues;
    private long rows;
    private int fieldsRead;
    private int fieldsOfLastRow;
    private boolean ended;

    private Table(Layout layout, Budget budget) {
        this.layout = layout;
        this.budget = budget;
        layout.warnings().forEach(warnings::add);
    }

    /**
     * Reads {@code csv} to the end.
     *
     * @param progress receives the share of the bytes read
     * @throws CancellationException if {@code progress} does
     * @throws CsvException with line and reason, if the input is empty, malformed or beyond the limits
     */
    static Table read(CsvBytes csv, Layout layout, Budget budget, DoubleConsumer progress) throws CsvException {
        if (csv.size() == 0) {
            throw new CsvException("the input is empty (expected a CSV file)");
        }
        Table table = new Table(layout, budget);
        try (CsvReader<Table> reader = CsvReader.builder()
                .fieldSeparator(layout.separator())
                .trimWhitespacesAroundQuotes(layout.spacedQuotes())
                .maxBufferSize(MAX_FIELD_CHARS)
                .build(table, new CsvInput(csv, layout.encoding(), progress))) {
            // The table consumes every record itself, so this call reads to the end.
            reader.iterator().hasNext();
        } catch (UncheckedIOException broken) {
            throw new CsvException(broken.getCause().getMessage());
        } catch (CsvParseException broken) {
            throw table.unwrap(broken);
        } catch (IOException close) {
            throw new UncheckedIOException(close);
        }
        table.finish();
        return table;
    }

    /** FastCSV wraps every exception in an error of the line, including exhausted memory. */
    private CsvException unwrap(CsvParseException broken) {
        Throwable cause = broken.getCause();
        if (cause instanceof CsvParseException reason) {
            return invalid(fieldsRead + 1, reason.getMessage());
        } else if (cause instanceof Error error) {
            throw error;
        } else if (cause instanceof RuntimeException unexpected) {
            throw unexpected;
        }
        throw broken;
    }

    List<Column> columns() {
        return columns;
    }

    long rows() {
        return rows;
    }

    /** Returns warnings about oddities that are not errors. */
    Warnings warnings() {
        return warnings;
    }

    Layout layout() {
        return layout;
    }

    @Override
    protected void handleBegin(long line) {
        fieldsRead = 0;
    }

    @Override
    protected void handleField(int index, char[] buffer, int offset, int length, boolean quoted) {
        if (index == 0 && length == 1 && buffer[offset] == CsvInput.END) {
            ended = true;
        } else if (columns.isEmpty()) {
            if (index == MAX_COLUMNS) {
                throw new CsvParseException("at most " + MAX_COLUMNS + " columns are allowed");
            }
            firstRecord.add(Cells.strip(new String(buffer, offset, length)));
        } else if (index == 0 && length > 0 && buffer[offset] == '#' && !quoted && !hashesAreValues
                || index > 0 && !hashed.isEmpty()) {
            if (index < columns.size()) {
                hashed.add(new String(buffer, offset, length));
            }
        } else if (index < columns.size()) {
            columns.get(index).add(Cells.strip(new String(buffer, offset, length)));
        }
        fieldsRead = index + 1;
    }

    /** Consumes the record just read; the reader receives none. */
    @Override
    protected Table buildRecord() {
        if (ended || getRecordType() == RecordType.EMPTY) {
            return null;
        }
        if (columns.isEmpty()) {
            if (getStartingLineNumber() < layout.firstLine()) {
                firstRecord.clear();
                return null;
            }
            nameColumns();
            if (layout.header()) {
                return null;
            }
            for (int i = 0; i < firstRecord.size(); i++) {
                columns.get(i).add(firstRecord.get(i));
            }
        }
        if (!hashed.isEmpty() && isComment()) {
            return null;
        }
        rows++;
        fieldsOfLastRow = fieldsRead;
        if (fieldsRead < columns.size()) {
            shortRows.add(getStartingLineNumber(), columns.size() - fieldsRead);
        } else if (fieldsRead > columns.size()) {
            longRows.add(getStartingLineNumber(), fieldsRead - columns.size());
        }
        while (budget.isExceeded() && sketchLargest()) {
            // Sketches columns until the rest fits.
        }
        return null;
    }

    /** A row with # and too few fields is a comment below the table, unless another row has a value with #. */
    private boolean isComment() {
        List<String> fields = List.copyOf(hashed);
        hashed.clear();
        if (fieldsRead < columns.size()) {
            comments.add(getStartingLineNumber(), columns.size() - fieldsRead);
            return true;
        }
        hashesAreValues = true;
        for (int i = 0; i < columns.size(); i++) {
            columns.get(i).add(Cells.strip(fields.get(i)));
        }
        return false;
    }

    private boolean sketchLargest() {
        Column largest = Collections.max(columns, Comparator.comparingLong(Column::bytes));
        boolean smaller = largest.bytes() > Sketches.BYTES;
        if (smaller) {
            largest.sketch();
        }
        return smaller;
    }

    private void nameColumns() {
        int width = Math.max(firstRecord.size(), layout.width());
        if (width > MAX_COLUMNS) {
            throw new CsvParseException(
                    "most rows have " + width + " fields; at most " + MAX_COLUMNS + " columns are allowed");
        }
        List<String> given = new ArrayList<>(layout.header() ? firstRecord : List.of());
        if (!layout.header()) {
            for (int number = 1; number <= width; number++) {
                given.add("column_" + number);
            }
        } else if (given.size() < width) {
            warnings.add("names of columns in line " + getStartingLineNumber() + ": " + given.size()
                    + "; fields in most rows: " + width);
            given.addAll(Collections.nCopies(width - given.size(), ""));
        }
        ColumnNames.unique(given, warnings).forEach(name -> columns.add(new Column(name, budget)));
    }

    private void finish() throws CsvException {
        if (!ended) {
            throw invalid(fieldsRead, "the quote that opens the field is never closed");
        }
        if (columns.isEmpty()) {
            throw new CsvException("the input has only empty lines (expected a CSV file)");
        }
        for (int i = fieldsOfLastRow; i < columns.size(); i++) {
            columns.get(i).lacksLast();
        }
        if (comments.rows > 0) {
            warnings.add("lines skipped as comments, as they begin with # and have too few fields: " + comments.rows
                    + ", from line " + comments.firstLine + " on");
        }
        warn(shortRows, "rows with fewer fields than there are columns: %d, from line %d on; missing fields: %d");
        warn(longRows, "rows with more fields than there are columns: %d, from line %d on; fields left out: %d");
    }

    private void warn(Misfits misfits, String text) {
        if (misfits.rows > 0) {
            warnings.add(String.format(Locale.ROOT, text, misfits.rows, misfits.firstLine, misfits.fields));
        }
    }

    private CsvException invalid(int field, String reason) {
        return new CsvException("line " + getStartingLineNumber() + ", field " + field + ": " + reason);
    }

    /** Rows with a wrong number of fields. */
    private static final class Misfits {

        private long rows;
        private long fields;
        private long firstLine;

        void add(long line, int difference) {
            if (rows == 0) {
                firstLine = line;
            }
            rows++;
            fields += difference;
        }
    }
}
