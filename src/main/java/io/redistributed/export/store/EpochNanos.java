package io.redistributed.export.store;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Converts times of spans: nanoseconds since the Unix epoch. */
public final class EpochNanos {

    private static final long NANOS = 1_000_000_000;
    private static final DateTimeFormatter RFC_3339_MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private EpochNanos() {}

    /** Clamps the time to the range of a long. */
    public static long of(Instant instant) {
        return saturated(instant.getEpochSecond(), instant.getNano());
    }

    /** Returns an RFC 3339 time in UTC with microseconds. */
    public static String format(long epochNanos) {
        return RFC_3339_MICROS.format(Instant.ofEpochSecond(0, epochNanos));
    }

    static long saturated(long seconds, int nanos) {
        if (Math.abs(seconds) >= Long.MAX_VALUE / NANOS) {
            return seconds < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return seconds * NANOS + nanos;
    }
}
