package io.redistributed.queue;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in the list of all partitions' reports, which goes from the newest to the oldest, and from partition to partition among those of
 * one microsecond.
 *
 * @param created of the last report before it, µs since the epoch
 * @param partition of that report, by number
 */
record ListCursor(long created, int partition) {

    static final ListCursor START = new ListCursor(-1, -1);

    private static final Pattern TEXT = Pattern.compile("(\\d{1,17})-(\\d{1,2})");

    /**
     * @param text as a page gave it; empty for the start
     * @throws IllegalArgumentException if no page gave it
     */
    static ListCursor parse(String text) {
        if (text.isEmpty()) {
            return START;
        }
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("cursor: \"" + text + "\" is none that a page has given");
        }
        return new ListCursor(Long.parseLong(parts.group(1)), Integer.parseInt(parts.group(2)));
    }

    /** What {@link ReportList} is to go on from in a partition; it lists what was created before. */
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
