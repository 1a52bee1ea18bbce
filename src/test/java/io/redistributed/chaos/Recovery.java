package io.redistributed.chaos;

import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** How one kind of fault was got over: a line of the table. */
final class Recovery {

    private static final String FORMAT = "%-14s %7s %16s %16s %16s %9s %16s %16s";

    private static final String ANSWER = "%-47s %10s at worst, %s in the middle%s";

    static final String HEAD = String.format(
            FORMAT, "fault", "strikes", "next done", "after another", "after", "attempts", "ran again", "ran again,");

    static final String SECOND_HEAD =
            String.format(FORMAT, "", "", "after it", "took over", "mending", "lost", "after it", "no other fault");

    private final Fault fault;
    private final Evidence evidence;
    private final List<FaultLog.Entry> entries;
    private final List<LostAttempt> lost;

    /** @param lost the attempts that were lost in the whole run */
    Recovery(Fault fault, Evidence evidence, List<LostAttempt> lost) {
        this.fault = fault;
        this.evidence = evidence;
        this.entries = evidence.faults().stream()
                .filter(entry -> entry.fault().equals(fault.name()))
                .toList();
        this.lost = lost.stream()
                .filter(one -> one.isCrash() && entries.contains(one.fault()))
                .toList();
    }

    /** Of all times the worst. */
    String line() {
        return String.format(
                FORMAT,
                fault.name(),
                entries.size(),
                worst(untilNextDone(entries, FaultLog.Entry::began)),
                worst(untilNextDone(succeeded(), FaultLog.Entry::announced)),
                worst(untilNextDone(entries, FaultLog.Entry::mended)),
                lost.size(),
                worst(lost.stream().flatMap(one -> one.recoveredAfter().stream())),
                worst(ranAgain()));
    }

    /** The measured times with their targets; nothing if the fault had no effect. */
    Stream<String> answers(double leaseSeconds) {
        if (entries.isEmpty()) {
            return Stream.empty();
        }
        return switch (fault.name()) {
            case "kill-worker" ->
                Stream.of(answer("worker killed, until its reports run again", ranAgain(), aim(leaseSeconds + 2)));
            case "kill-redis" ->
                Stream.of(answer(
                        "Redis restarted, until the first report is done",
                        untilNextDone(entries, FaultLog.Entry::mended),
                        aim(1)));
            case "failover", "kill-master" ->
                Stream.of(
                        answer(
                                fault.name() + ", until the first report is done",
                                untilNextDone(entries, FaultLog.Entry::began),
                                ""),
                        answer(
                                "  since the new master was announced",
                                untilNextDone(succeeded(), FaultLog.Entry::announced),
                                aim(3)));
            default -> Stream.empty();
        };
    }

    private static String answer(String what, Stream<Long> nanos, String aim) {
        List<Long> sorted = nanos.sorted().toList();
        return String.format(
                ANSWER, what, worst(sorted.stream()), worst(sorted.stream().limit((sorted.size() + 1) / 2)), aim);
    }

    private static String aim(double seconds) {
        return String.format(Locale.ROOT, "; the aim is %.0f s", seconds);
    }

    private List<FaultLog.Entry> succeeded() {
        return entries.stream().filter(entry -> entry.announced() != 0).toList();
    }

    private Stream<Long> untilNextDone(List<FaultLog.Entry> which, ToLongFunction<FaultLog.Entry> since) {
        return which.stream().flatMap(entry -> untilNextDone(entry, since));
    }

    /** Ends reported between the loss of a server and its succession happened before the loss. */
    private Stream<Long> untilNextDone(FaultLog.Entry entry, ToLongFunction<FaultLog.Entry> since) {
        long from = since.applyAsLong(entry);
        long first = Math.max(from, entry.announced());
        return evidence.orders().stream()
                .filter(order -> order.hasEnded() && order.endedNanos() >= first && entry.concerns(order.id()))
                .map(order -> order.endedNanos() - from)
                .min(Long::compare)
                .stream();
    }

    /** The times until lost attempts ran again, where no other fault came between. */
    private Stream<Long> ranAgain() {
        return lost.stream().filter(this::isAlone).flatMap(one -> one.recoveredAfter().stream());
    }

    private boolean isAlone(LostAttempt attempt) {
        return attempt.next() != null
                && evidence.faults().stream()
                        .noneMatch(entry -> entry != attempt.fault()
                                && entry.isDuring(
                                        attempt.fault().began(), attempt.next().nanos()));
    }

    private static String worst(Stream<Long> nanos) {
        return nanos.max(Long::compare)
                .map(longest -> String.format(Locale.ROOT, "%.2f s", FaultLog.seconds(longest)))
                .orElse("-");
    }
}
