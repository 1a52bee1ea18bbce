package io.redistributed.generate.summary;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;

/** The length of a period of a time series, by the calendar in UTC. A week begins on Monday. */
enum Interval {
    HOUR,
    DAY,
    WEEK,
    MONTH,
    YEAR;

    static Interval of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** Returns the start of the period that contains the time. */
    Instant start(Instant time) {
        OffsetDateTime utc = time.atOffset(ZoneOffset.UTC);
        LocalDate day = utc.toLocalDate();
        return switch (this) {
            case HOUR -> utc.truncatedTo(ChronoUnit.HOURS).toInstant();
            case DAY -> at(day);
            case WEEK -> at(day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)));
            case MONTH -> at(day.withDayOfMonth(1));
            case YEAR -> at(day.withDayOfYear(1));
        };
    }

    /** Returns the start of the period after the one that starts at this time. */
    Instant next(Instant start) {
        OffsetDateTime utc = start.atOffset(ZoneOffset.UTC);
        return switch (this) {
            case HOUR -> utc.plusHours(1).toInstant();
            case DAY -> utc.plusDays(1).toInstant();
            case WEEK -> utc.plusWeeks(1).toInstant();
            case MONTH -> utc.plusMonths(1).toInstant();
            case YEAR -> utc.plusYears(1).toInstant();
        };
    }

    /** Returns the name of the period that starts at this time: {@code 2026-11-28T09:00Z}, {@code 2026-11-28}, {@code 2026-11}, {@code 2026}. */
    String label(Instant start) {
        String text = start.atOffset(ZoneOffset.UTC).toLocalDateTime().toString();
        return switch (this) {
            case HOUR -> text + "Z";
            case DAY, WEEK -> text.substring(0, text.indexOf('T'));
            case MONTH -> text.substring(0, text.lastIndexOf('-'));
            case YEAR -> text.substring(0, text.indexOf('-', 1));
        };
    }

    private static Instant at(LocalDate day) {
        return day.atStartOfDay().toInstant(ZoneOffset.UTC);
    }
}
