package io.redistributed.load;

import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Accepted reports whose end has not been seen yet. Identifies a report by the 128 bits of its id, {@code
 * <partition>-<32 hex digits>} and maybe the tag of an owner, because a run may create millions. Thread-safe.
 */
final class Accounts {

    private static final int DIGITS = 32;

    private final Set<UUID> measured = new HashSet<>();
    private final Set<UUID> others = new HashSet<>();
    private final int most;

    /** @param most reports kept from the measured time, and from the warm-up */
    Accounts(int most) {
        this.most = most;
    }

    /** @return false if the set is full */
    synchronized boolean keep(String id, boolean isMeasured) {
        Set<UUID> set = isMeasured ? measured : others;
        return set.size() < most && set.add(bits(id));
    }

    /** @return whether the report belongs to the measured time; empty if it is unknown */
    synchronized Optional<Boolean> settle(String id) {
        if (id.length() < start(id) + DIGITS) {
            return Optional.empty();
        }
        UUID bits = bits(id);
        if (measured.remove(bits)) {
            return Optional.of(true);
        }
        return others.remove(bits) ? Optional.of(false) : Optional.empty();
    }

    synchronized int open() {
        return measured.size() + others.size();
    }

    private static UUID bits(String id) {
        int start = start(id);
        int middle = start + DIGITS / 2;
        return new UUID(
                HexFormat.fromHexDigitsToLong(id, start, middle),
                HexFormat.fromHexDigitsToLong(id, middle, start + DIGITS));
    }

    private static int start(String id) {
        return id.indexOf('-') + 1;
    }
}
