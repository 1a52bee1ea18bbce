package io.redistributed.generate.summary;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.RecordType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.DoubleConsumer;

/**
 * Reads the rows of a CSV file (RFC 4180; lines end with LF, CRLF or CR). Values are stripped of surrounding white space; absent fields of short rows are empty. Fields beyond the last column are ignored. Empty lines and comments are skipped.
 */
abstract class Records extends AbstractBaseCsvCallbackHandler<Records> {

    static final int MAX_COLUMNS = 1_000;

    /** Also limits the text swallowed by an unclosed quote. */
    static final int MAX_FIELD_CHARS = 1_000_000;

    private static final int MAX_KEPT_CHARS = 8_000_000;

    private final Layout layout;
    private final List<String> firstRecord = new ArrayList<>();
    private final Warnings warnings = new Warnings();
    private final Misfits shortRows = new Misfits();
    private final Misfits longRows = new Misfits();
    private final Misfits comments = new Misfits();

    /** The fields of a row that begins with #, until it is known whether it is a comment. */
    private final List<String> hashed = new ArrayList<>();

    private boolean hashesAreValues;
    private int width;
    private long rows;
    private int fieldsRead;
    private int keptChars;
    private boolean ended;

    Records(Layout layout) {
        this.layout = layout;
        layout.warnings().forEach(warnings::add);
    }

    /**
     * Receives the names of the columns, all different, before the first row.
     *
     * @throws CsvException to end the reading, like the other methods
     */
    abstract void start(List<String> names);

    /** Receives a field of the current row; empty if it is absent. */
    abstract void field(int column, String value);

    /** Ends the current row. */
    abstract void endRow();

    /**
     * Reads {@code csv} to the end.
     *
     * @param progress receives the share of the bytes read
     * @throws CancellationException if {@code progress} does
     * @throws CsvException with line and reason, if the input is empty, malformed or beyond the limits
     */
    final void readAll(CsvBytes csv, DoubleConsumer progress) {
        if (csv.size() == 0) {
            throw new CsvException("the input is empty (expected a CSV file)");
        }
        try (CsvReader<Records> reader = CsvReader.builder()
                .fieldSeparator(layout.separator())
                .trimWhitespacesAroundQuotes(layout.spacedQuotes())
                .maxBufferSize(MAX_FIELD_CHARS)
                .build(this, new CsvInput(csv, layout.encoding(), progress))) {
            // Every record is consumed here, so this call reads to the end.
            reader.iterator().hasNext();
        } catch (UncheckedIOException broken) {
            throw new CsvException(broken.getCause().getMessage());
        } catch (CsvParseException broken) {
            throw unwrap(broken);
        } catch (IOException close) {
            throw new UncheckedIOException(close);
        }
        finish();
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
        keptChars = 0;
    }

    @Override
    protected void handleField(int index, char[] buffer, int offset, int length, boolean quoted) {
        if (index == 0 && length == 1 && buffer[offset] == CsvInput.END) {
            ended = true;
        } else if (width == 0) {
            if (index == MAX_COLUMNS) {
                throw new CsvParseException("at most " + MAX_COLUMNS + " columns are allowed");
            }
            keep(firstRecord, Cells.strip(new String(buffer, offset, length)));
        } else if (index < width) {
            String value = Cells.strip(new String(buffer, offset, length));
            if (index == 0 && length > 0 && buffer[offset] == '#' && !quoted && !hashesAreValues
                    || index > 0 && !hashed.isEmpty()) {
                keep(hashed, value);
            } else {
                field(index, value);
            }
        }
        fieldsRead = index + 1;
    }

    private void keep(List<String> fields, String value) {
        keptChars += value.length();
        if (keptChars > MAX_KEPT_CHARS) {
            throw new CsvParseException(
                    "the first row, and rows that begin with #, may have at most " + MAX_KEPT_CHARS + " characters");
        }
        fields.add(value);
    }

    /** Consumes the record just read; the reader receives none. */
    @Override
    protected Records buildRecord() {
        if (ended || getRecordType() == RecordType.EMPTY) {
            return null;
        }
        if (width == 0) {
            if (getStartingLineNumber() < layout.firstLine()) {
                firstRecord.clear();
                return null;
            }
            nameColumns();
            if (layout.header()) {
                return null;
            }
            addAll(firstRecord);
        }
        if (!hashed.isEmpty() && isComment()) {
            return null;
        }
        rows++;
        if (fieldsRead < width) {
            shortRows.add(getStartingLineNumber(), width - fieldsRead);
        } else if (fieldsRead > width) {
            longRows.add(getStartingLineNumber(), fieldsRead - width);
        }
        for (int i = fieldsRead; i < width; i++) {
            field(i, "");
        }
        endRow();
        return null;
    }

    /** A row with # and too few fields is a comment below the table, unless another row has a value with #. */
    private boolean isComment() {
        boolean isComment = fieldsRead < width;
        if (isComment) {
            comments.add(getStartingLineNumber(), width - fieldsRead);
        } else {
            hashesAreValues = true;
            addAll(hashed);
        }
        hashed.clear();
        return isComment;
    }

    private void addAll(List<String> fields) {
        for (int i = 0; i < fields.size(); i++) {
            field(i, fields.get(i));
        }
    }

    private void nameColumns() {
        width = Math.max(firstRecord.size(), layout.width());
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
        start(ColumnNames.unique(given, warnings));
    }

    private void finish() {
        if (!ended) {
            throw invalid(fieldsRead, "the quote that opens the field is never closed");
        }
        if (width == 0) {
            throw new CsvException("the input has only empty lines (expected a CSV file)");
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
