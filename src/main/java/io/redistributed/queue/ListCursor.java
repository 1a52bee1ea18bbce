package io.redistributed.queue;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Represents a position in the list of all partitions' reports, which is ordered from the newest to the oldest, then by
 * partition.
 *
 * @param created creation time of the last report before it, µs since the epoch
 * @param partition number of that report's partition
 */
record ListCursor(long created, int partition) {

    static final ListCursor START = new ListCursor(-1, -1);

    private static final Pattern TEXT = Pattern.compile("(\\d{1,17})-(\\d{1,2})");

    /**
     * @param text cursor of a page; empty for the start
     * @throws IllegalArgumentException if it is not a cursor
     */
    static ListCursor parse(String text) {
        if (text.isEmpty()) {
            return START;
        }
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("cursor: \"" + text + "\" is not the cursor of a page");
        }
        return new ListCursor(Long.parseLong(parts.group(1)), Integer.parseInt(parts.group(2)));
    }

    /** Returns the position from which {@link ReportList} continues in a partition. It lists older reports. */
    String in(Partition partition) {
        if (equals(START)) {
            return "";
        }
        return String.valueOf(partition.number() > this.partition ? created + 1 : created);
    }

    @Override
    public String toString() {
        return equals(START) ? "" : created + "-" + partition;
    }
}
