package io.redistributed.load;

import java.util.Optional;

/** Accepted reports whose end has not been seen yet. Thread-safe. */
final class Accounts {

    private final IdSet measured;
    private final IdSet others;

    /** @param most reports kept from the measured time, and from the warm-up */
    Accounts(int most) {
        measured = new IdSet(most);
        others = new IdSet(most);
    }

    /** @return false if the set is full */
    boolean keep(String id, boolean isMeasured) {
        return (isMeasured ? measured : others).add(id);
    }

    /** @return whether the report belongs to the measured time; empty if it is unknown */
    Optional<Boolean> settle(String id) {
        if (measured.remove(id)) {
            return Optional.of(true);
        }
        return others.remove(id) ? Optional.of(false) : Optional.empty();
    }

    int open() {
        return measured.size() + others.size();
    }
}
