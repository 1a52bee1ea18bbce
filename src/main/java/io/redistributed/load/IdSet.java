package io.redistributed.load;

import java.util.HexFormat;

/**
 * A set of report ids, {@code <partition>-<32 hex digits>}, at 32 to 64 bytes each, because a run may create millions. Drops
 * the partition: 128 random bits identify a report. Thread-safe.
 */
final class IdSet {

    private static final int FIRST_CAPACITY = 1 << 12;
    private static final int DIGITS = 32;
    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

    private final int most;
    /** Open addressing: pairs of longs at their home slot or the next free one; 0, 0 is free. */
    private long[] table = new long[2 * FIRST_CAPACITY];

    private int size;

    /** @param most capacity */
    IdSet(int most) {
        this.most = most;
    }

    /** @return false if the set is full */
    synchronized boolean add(String id) {
        if (size == most) {
            return false;
        }
        if (2 * (size + 1) > capacity()) {
            grow();
        }
        put(high(id), low(id));
        size++;
        return true;
    }

    /** @return whether it was present */
    synchronized boolean remove(String id) {
        if (id.length() < DIGITS) {
            return false;
        }
        int place = find(high(id), low(id));
        if (isFree(place)) {
            return false;
        }
        table[2 * place] = 0;
        table[2 * place + 1] = 0;
        size--;
        closeGap(place);
        return true;
    }

    synchronized int size() {
        return size;
    }

    private int capacity() {
        return table.length / 2;
    }

    private boolean isFree(int place) {
        return table[2 * place] == 0 && table[2 * place + 1] == 0;
    }

    private void put(long high, long low) {
        int place = find(high, low);
        table[2 * place] = high;
        table[2 * place + 1] = low;
    }

    /** Returns the slot that holds the id, or the free one for it. */
    private int find(long high, long low) {
        int place = home(high, low);
        while (!isFree(place) && (table[2 * place] != high || table[2 * place + 1] != low)) {
            place = next(place);
        }
        return place;
    }

    /** Mixes the bits: a few bits of a UUID are constant. */
    private int home(long high, long low) {
        return (int) ((high ^ low) * GOLDEN_RATIO >>> Long.numberOfLeadingZeros(capacity()) + 1);
    }

    private int next(int place) {
        return (place + 1) & (capacity() - 1);
    }

    /** Moves later entries of the probe sequence up, because they may depend on this slot being taken. */
    private void closeGap(int gap) {
        for (int place = next(gap); !isFree(place); place = next(place)) {
            long high = table[2 * place];
            long low = table[2 * place + 1];
            table[2 * place] = 0;
            table[2 * place + 1] = 0;
            put(high, low);
        }
    }

    private void grow() {
        long[] old = table;
        table = new long[2 * old.length];
        for (int i = 0; i < old.length; i += 2) {
            if (old[i] != 0 || old[i + 1] != 0) {
                put(old[i], old[i + 1]);
            }
        }
    }

    private static long high(String id) {
        int start = id.length() - DIGITS;
        return HexFormat.fromHexDigitsToLong(id, start, start + DIGITS / 2);
    }

    private static long low(String id) {
        return HexFormat.fromHexDigitsToLong(id, id.length() - DIGITS / 2, id.length());
    }
}
