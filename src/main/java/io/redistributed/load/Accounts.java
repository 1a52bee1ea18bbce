package io.redistributed.load;

import java.util.Optional;

/** The reports that were accepted and that nobody has seen the end of yet. Safe to use from any thread. */
final class Accounts {

    private final IdSet measured;
    private final IdSet others;

    /** @param most reports that are kept of the measured time, and as many of before */
    Accounts(int most) {
        measured = new IdSet(most);
        others = new IdSet(most);
    }

    /** @return false if there are as many as are kept */
    boolean keep(String id, boolean isMeasured) {
        return (isMeasured ? measured : others).add(id);
    }

    /** @return whether it is of the measured time; empty if it is none of these reports */
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
