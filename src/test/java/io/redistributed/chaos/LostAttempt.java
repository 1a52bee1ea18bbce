package io.redistributed.chaos;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * An attempt without an outcome, or with a rejected one, that was followed by another.
 *
 * @param own null if no generator was asked
 * @param next the execution after it; null if there was none
 * @param isCrash whether its lease ran out
 * @param wasLate whether it may have begun only after it was taken back as never arrived
 * @param fault fault that caused the loss; null if unknown
 */
record LostAttempt(Execution own, Execution next, boolean isCrash, boolean wasLate, FaultLog.Entry fault) {

    /** Time to process the backlog after a repair, on a busy machine. */
    private static final long STILL_FELT_NANOS = TimeUnit.SECONDS.toNanos(2);

    static List<LostAttempt> all(Evidence evidence) {
        return evidence.redis().reports().values().stream()
                .flatMap(report -> of(evidence, report).stream())
                .toList();
    }

    /** All attempts of a report that were made again though they had not failed. */
    static List<LostAttempt> of(Evidence evidence, Stored report) {
        List<Execution> executions = evidence.executions().getOrDefault(report.id(), List.of());
        var crashed = report.lostAttempts();
        List<LostAttempt> lost = new ArrayList<>();
        for (int attempt = 1; attempt <= report.attempts(); attempt++) {
            int number = attempt;
            Execution own = first(
                    executions.stream().filter(one -> one.attempt() == number).toList());
            Execution next = first(
                    executions.stream().filter(one -> one.attempt() > number).toList());
            boolean isCrash = crashed.containsKey(attempt);
            boolean isInVain =
                    own != null && next != null && !report.ownErrors().containsKey(attempt);
            if (isCrash || isInVain) {
                Life life = own != null ? own.life() : evidence.life(crashed.get(attempt));
                lost.add(new LostAttempt(
                        own, next, isCrash, report.undelivered() > 0, cause(evidence, report.id(), life, own, next)));
            }
        }
        return lost;
    }

    /** Returns the fault that caused the loss; empty if unknown. */
    String explanation() {
        if (fault == null) {
            return wasLate ? "a late message" : "";
        }
        return fault.fault() + (isCrash ? "" : wasLate ? ", a late message" : ", handed back");
    }

    /** For people; times are in seconds after the first execution of the run. */
    String text(long first) {
        return "attempt " + own.attempt() + " of " + own.id() + " by "
                + own.life().name() + " at "
                + FaultLog.seconds(own.nanos() - first) + " s, then attempt " + next.attempt() + " by "
                + next.life().name() + " at " + FaultLog.seconds(next.nanos() - first) + " s";
    }

    /** Whether the work was done twice. */
    boolean isDuplicate() {
        return own != null && next != null;
    }

    /** Whether its worker lived on, so that its outcome came too late. */
    boolean outlived() {
        return isCrash && own != null && !own.life().wasKilledSoonAfter(own.nanos());
    }

    /** From the fault to when the report ran again; empty if either is not known. */
    Optional<Long> recoveredAfter() {
        return fault == null || next == null ? Optional.empty() : Optional.of(next.nanos() - fault.began());
    }

    private static FaultLog.Entry cause(Evidence evidence, String report, Life life, Execution own, Execution next) {
        return cause(evidence.faults(), report, life, own, next)
                .or(() -> cause(evidence.stalls(), report, life, own, next))
                .orElse(null);
    }

    private static Optional<FaultLog.Entry> cause(
            List<FaultLog.Entry> entries, String report, Life life, Execution own, Execution next) {
        return entries.stream()
                .filter(entry -> entry.concerns(report))
                .filter(entry -> entry.target().isEmpty() || entry.target().equals(life.name()))
                .filter(entry -> next == null || entry.began() <= next.nanos())
                .filter(entry -> own == null || entry.mended() + STILL_FELT_NANOS >= lostSince(own, next))
                .max(Comparator.comparing(
                                (FaultLog.Entry entry) -> entry.target().equals(life.name()))
                        .thenComparing(FaultLog.Entry::began));
    }

    /** A message that was held up on its way may begin after its successor. */
    private static long lostSince(Execution own, Execution next) {
        return next == null ? own.nanos() : Math.min(own.nanos(), next.nanos());
    }

    private static Execution first(List<Execution> executions) {
        return executions.isEmpty() ? null : executions.get(0);
    }
}
