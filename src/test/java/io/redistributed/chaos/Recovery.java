package io.redistributed.chaos;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How one kind of fault was got over: a line of the table. */
final class Recovery {

    static final String HEAD = String.format(
            "%-14s %7s %16s %16s %9s %16s %16s",
            "fault", "strikes", "next done", "after mending", "attempts", "ran again", "ran again,");

    static final String SECOND_HEAD = String.format(
            "%-14s %7s %16s %16s %9s %16s %16s",
            "", "", "after it, worst", "worst", "lost", "after it, worst", "no other fault");

    private final Fault fault;
    private final List<FaultLog.Entry> entries;
    private final List<LostAttempt> lost;
    private final long[] done;
    private final List<FaultLog.Entry> all;

    /** @param lost the attempts that were lost in the whole run */
    Recovery(Fault fault, Evidence evidence, List<LostAttempt> lost) {
        this.fault = fault;
        this.all = evidence.faults();
        this.entries =
                all.stream().filter(entry -> entry.fault().equals(fault.name())).toList();
        this.lost = lost.stream()
                .filter(one -> one.isCrash() && entries.contains(one.fault()))
                .toList();
        this.done = evidence.orders().stream()
                .filter(Order::hasEnded)
                .mapToLong(Order::endedNanos)
                .sorted()
                .toArray();
    }

    String line() {
        return String.format(
                "%-14s %7d %16s %16s %9d %16s %16s",
                fault.name(),
                entries.size(),
                worst(entries.stream()
                        .map(entry -> untilNextDone(entry.began()))
                        .toList()),
                worst(entries.stream()
                        .map(entry -> untilNextDone(entry.mended()))
                        .toList()),
                lost.size(),
                worst(lost.stream().map(LostAttempt::recoveredAfter).toList()),
                worst(lost.stream()
                        .filter(this::isAlone)
                        .map(LostAttempt::recoveredAfter)
                        .toList()));
    }

    private Optional<Long> untilNextDone(long from) {
        int index = Arrays.binarySearch(done, from);
        int next = index < 0 ? -index - 1 : index;
        return next == done.length ? Optional.empty() : Optional.of(done[next] - from);
    }

    private boolean isAlone(LostAttempt attempt) {
        return attempt.next() != null
                && all.stream()
                        .noneMatch(entry -> entry != attempt.fault()
                                && entry.isDuring(
                                        attempt.fault().began(), attempt.next().nanos()));
    }

    private static String worst(List<Optional<Long>> nanos) {
        return nanos.stream()
                .flatMap(Optional::stream)
                .max(Long::compare)
                .map(longest -> String.format(Locale.ROOT, "%.2f s", FaultLog.seconds(longest)))
                .orElse("-");
    }
}
