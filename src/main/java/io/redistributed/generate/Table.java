package io.redistributed.generate;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.RecordType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.DoubleConsumer;

/**
 * The columns of a CSV file (RFC 4180; lines end with LF, CRLF or CR). Values are stripped of surrounding white space;
 * what is then empty is missing, and so is what a short row lacks. Fields beyond the last column are left out. Empty lines
 * are skipped.
 */
final class Table extends AbstractBaseCsvCallbackHandler<Table> {

    static final int MAX_COLUMNS = 1_000;

    /** Also how much of the file an open quote can swallow before it is noticed. */
    static final int MAX_FIELD_CHARS = 1_000_000;

    private final boolean header;
    private final List<String> firstRecord = new ArrayList<>();
    private final List<Column> columns = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final Misfits shortRows = new Misfits();
    private final Misfits longRows = new Misfits();
    private long rows;
    private int fieldsRead;
    private boolean ended;

    private Table(boolean header) {
        this.header = header;
    }

    /**
     * Reads {@code csv} whole.
     *
     * @param header whether the first record holds the names of the columns
     * @param progress takes the share of the bytes read so far
     * @throws CancellationException if {@code progress} does
     * @throws GenerationException naming line and reason, if the input is empty, broken or beyond the limits
     */
    static Table read(byte[] csv, char separator, boolean header, DoubleConsumer progress) throws GenerationException {
        if (csv.length == 0) {
            throw GenerationException.invalidInput("the input is empty: a CSV file is expected");
        }
        Table table = new Table(header);
        try (CsvReader<Table> reader = CsvReader.builder()
                .fieldSeparator(separator)
                .maxBufferSize(MAX_FIELD_CHARS)
                .build(table, new CsvInput(csv, progress))) {
            // The table takes every record itself and lets none out, so this reads to the end.
            reader.iterator().hasNext();
        } catch (UncheckedIOException broken) {
            throw GenerationException.invalidInput(broken.getCause().getMessage());
        } catch (CsvParseException broken) {
            if (broken.getCause() instanceof CsvParseException reason) {
                throw table.invalid(table.fieldsRead + 1, reason.getMessage());
            }
            if (broken.getCause() instanceof CancellationException cancelled) {
                throw cancelled;
            }
            throw broken;
        } catch (IOException close) {
            throw new UncheckedIOException(close);
        }
        table.finish();
        return table;
    }

    List<Column> columns() {
        return columns;
    }

    long rows() {
        return rows;
    }

    /** What was odd about the file but did not break it, for people. */
    List<String> warnings() {
        return warnings;
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
            firstRecord.add(new String(buffer, offset, length).strip());
        } else if (index < columns.size()) {
            columns.get(index).add(new String(buffer, offset, length).strip());
        }
        fieldsRead = index + 1;
    }

    /** Takes in the record just read; the reader gets none. */
    @Override
    protected Table buildRecord() {
        if (ended || getRecordType() == RecordType.EMPTY) {
            return null;
        }
        if (columns.isEmpty()) {
            nameColumns();
            if (header) {
                return null;
            }
            for (int i = 0; i < columns.size(); i++) {
                columns.get(i).add(firstRecord.get(i));
            }
        }
        rows++;
        if (fieldsRead < columns.size()) {
            shortRows.add(getStartingLineNumber(), columns.size() - fieldsRead);
        } else if (fieldsRead > columns.size()) {
            longRows.add(getStartingLineNumber(), fieldsRead - columns.size());
        }
        return null;
    }

    private void nameColumns() {
        Set<String> taken = new HashSet<>();
        for (int number = 1; number <= firstRecord.size(); number++) {
            String given = header ? firstRecord.get(number - 1) : "";
            String name = given.isEmpty() ? "column_" + number : given;
            for (int copy = 2; !taken.add(name); copy++) {
                name = given + "_" + copy;
            }
            if (header && !name.equals(given)) {
                warnings.add(
                        "column " + number + (given.isEmpty() ? " has no name" : " repeats the name '" + given + "'")
                                + "; here it is called '" + name + "'");
            }
            columns.add(new Column(name));
        }
    }

    private void finish() throws GenerationException {
        if (!ended) {
            throw invalid(fieldsRead, "the quote that opens the field is never closed");
        }
        if (columns.isEmpty()) {
            throw GenerationException.invalidInput("the input has nothing but empty lines: a CSV file is expected");
        }
        warn(shortRows, "rows with fewer fields than there are columns: %d, from line %d on; missing fields: %d");
        warn(longRows, "rows with more fields than there are columns: %d, from line %d on; fields left out: %d");
    }

    private void warn(Misfits misfits, String text) {
        if (misfits.rows > 0) {
            warnings.add(String.format(Locale.ROOT, text, misfits.rows, misfits.firstLine, misfits.fields));
        }
    }

    private GenerationException invalid(int field, String reason) {
        return GenerationException.invalidInput("line " + getStartingLineNumber() + ", field " + field + ": " + reason);
    }

    /** Rows whose number of fields is not that of the columns. */
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
