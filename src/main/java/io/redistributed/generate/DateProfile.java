package io.redistributed.generate;

import java.time.Instant;

/** A column read as dates, or as dates with times, by one order of day, month and year. */
final class DateProfile {

    private final Moment.Order order;
    private final Extremes<Instant> extremes = new Extremes<>();
    private boolean times;
    private long count;
    private long zoned;

    DateProfile(Moment.Order order) {
        this.order = order;
    }

    /** Takes in a value that occurs {@code occurrences} times; returns whether it is a date. */
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

    /** How many values are dates by this order, with or without a time as the first of them. */
    long count() {
        return count;
    }

    Moment.Order order() {
        return order;
    }

    boolean hasTimes() {
        return times;
    }

    /** How many have no time zone, if others have one. */
    long zoneless() {
        return zoned == 0 ? 0 : count - zoned;
    }

    Extremes<Instant> extremes() {
        return extremes;
    }
}
