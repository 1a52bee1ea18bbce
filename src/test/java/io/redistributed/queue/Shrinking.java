package io.redistributed.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Shrinks a failing sequence: removes smaller and smaller parts, then details of the rest. */
final class Shrinking {

    private static final int MAX_RUNS = 3_000;

    private final UnaryOperator<List<Operation>> failingPart;
    private List<Operation> smallest;
    private int runs;

    /** @param failingPart runs a sequence and returns it up to where it fails; empty if it does not fail */
    Shrinking(List<Operation> failing, UnaryOperator<List<Operation>> failingPart) {
        this.smallest = failing;
        this.failingPart = failingPart;
    }

    List<Operation> smallest() {
        int before;
        do {
            before = smallest.size();
            for (int length = before / 2; length > 0; length /= 2) {
                leaveOut(length);
            }
            simplify();
        } while (smallest.size() < before);
        return smallest;
    }

    private void leaveOut(int length) {
        int end = smallest.size();
        while (end > 0) {
            int start = Math.max(0, end - length);
            List<Operation> fewer = new ArrayList<>(smallest.subList(0, start));
            fewer.addAll(smallest.subList(end, smallest.size()));
            tryOut(fewer);
            // The rest may fail earlier than before.
            end = Math.min(start, smallest.size());
        }
    }

    private void simplify() {
        for (int i = 0; i < smallest.size(); i++) {
            boolean simplified = true;
            while (simplified && i < smallest.size()) {
                int at = i;
                simplified = smallest.get(i).simpler().anyMatch(simpler -> tryOut(with(at, simpler)));
            }
        }
    }

    private List<Operation> with(int at, Operation other) {
        List<Operation> changed = new ArrayList<>(smallest);
        changed.set(at, other);
        return changed;
    }

    private boolean tryOut(List<Operation> candidate) {
        List<Operation> failing = runs++ < MAX_RUNS ? failingPart.apply(candidate) : List.of();
        if (failing.isEmpty()) {
            return false;
        }
        smallest = failing;
        return true;
    }
}
