package io.redistributed.generate.summary;

import java.time.Instant;

/** Profiles a column as dates, with or without times, in one order of day, month and year. */
final class DateProfile {

    private final Moment.Order order;
    private final Extremes<Instant> extremes = new Extremes<>();
    private boolean times;
    private long count;
    private long zoned;

    DateProfile(Moment.Order order) {
        this.order = order;
    }

    /** Adds a value that occurs {@code occurrences} times and returns whether it is a date. */
    boolean add(String value, long occurrences) {
        Moment moment = Moment.read(value, order);
        if (moment != null && (count == 0 || moment.hasTime() == times)) {
            times = moment.hasTime();
            count += occurrences;
            zoned += moment.hasZone() ? occurrences : 0;
            extremes.add(value, moment.instant());
        }
        return moment != null;
    }

    /** Returns the number of dates in this order that, like the first one, have or lack a time. */
    long count() {
        return count;
    }

    Moment.Order order() {
        return order;
    }

    boolean hasTimes() {
        return times;
    }

    /** Returns the number of values without a time zone if others have one. */
    long zoneless() {
        return zoned == 0 ? 0 : count - zoned;
    }

    Extremes<Instant> extremes() {
        return extremes;
    }
}
