package io.redistributed.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What came of a storm: the account of the reports, and how each kind of fault was got over. */
final class StormFigures {

    private static final String ROW = "%-14s %7s %15s %15s %17s %17s";

    /** When a frozen Redis goes on, it first answers the heartbeats sent meanwhile, which do not list what it delivers next. */
    private static final long STILL_FELT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final BulkLoad load;
    private final EndedList ended;
    private final List<FaultLog.Entry> faults;
    private final Map<String, Execution> firsts = new HashMap<>();
    private final List<Execution> again = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private final long[] acceptedAt;
    private final long[] executedAt;

    private StormFigures(BulkLoad load, EndedList ended, List<Execution> executions, List<FaultLog.Entry> faults) {
        this.load = load;
        this.ended = ended;
        this.faults = faults;
        this.acceptedAt = IntStream.range(0, load.times().length())
                .mapToLong(load.times()::get)
                .sorted()
                .toArray();
        this.executedAt =
                executions.stream().mapToLong(Execution::nanos).sorted().toArray();
        executions.stream()
                .sorted((one, other) -> Long.compare(one.nanos(), other.nanos()))
                .forEach(this::add);
        check();
    }

    /** To be called when all processes have ended but Redis. */
    static StormFigures of(BulkLoad load, EndedList ended, Cluster cluster, List<FaultLog.Entry> faults)
            throws IOException {
        List<Execution> executions = new ArrayList<>();
        for (Life life : cluster.lives()) {
            executions.addAll(Journal.of(life).executions());
        }
        return new StormFigures(load, ended, executions, faults);
    }

    List<String> violations() {
        return violations;
    }

    List<String> lines(List<Fault> kinds, long loadNanos, long drainNanos) {
        List<String> lines = new ArrayList<>();
        double seconds = FaultLog.seconds(loadNanos);
        line(lines, "accepted (202)", load.accepted());
        line(lines, "  in s", String.format(Locale.ROOT, "%.0f", seconds));
        line(lines, "  a second", String.format(Locale.ROOT, "%.0f", load.accepted() / seconds));
        line(
                lines,
                "ended after the last was accepted, s",
                String.format(Locale.ROOT, "%.1f", FaultLog.seconds(drainNanos)));
        ended.states().forEach((state, count) -> line(lines, "  " + state, count));
        line(lines, "lost or unended", unended().size());
        line(lines, "with two outcomes", ended.ids().size() - new HashSet<>(ended.ids()).size());
        line(lines, "requests repeated by clients", load.repeated());
        line(lines, "executed again", again.size());
        line(
                lines,
                "  without a fault of worker or Redis",
                again.stream()
                        .filter(second -> faults.stream().noneMatch(entry -> isBy(entry, second)))
                        .count());
        line(
                lines,
                "  per 10,000 accepted",
                String.format(Locale.ROOT, "%.1f", 10_000.0 * again.size() / load.accepted()));
        lines.add("");
        lines.add(String.format(ROW, "", "", "executed again,", "executed again", "next accepted", "next executed"));
        lines.add(
                String.format(ROW, "fault", "strikes", "reports", "after, s", "after mending, s", "after mending, s"));
        kinds.forEach(kind -> lines.add(row(kind.name())));
        lines.add("");
        return lines;
    }

    private void add(Execution execution) {
        Execution first = firsts.putIfAbsent(execution.id(), execution);
        if (first != null) {
            again.add(execution);
            if (first.attempt() == execution.attempt()) {
                violations.add("attempt " + execution.attempt() + " of report " + execution.id()
                        + " was executed by " + first.life().name() + " and by "
                        + execution.life().name());
            }
        }
    }

    private void check() {
        unended().forEach(id -> violations.add("LOST: report " + id + " was accepted and has not ended"));
        Set<String> seen = new HashSet<>();
        ended.ids().stream().filter(id -> !seen.add(id)).forEach(id -> violations.add("report " + id + " ended twice"));
        ended.states().forEach((state, count) -> {
            if (!state.equals("done")) {
                violations.add(count + " reports are " + state + " where nothing can fail");
            }
        });
        ended.left().forEach(id -> violations.add("report " + id + " is left behind"));
        if (seen.size() > load.accepted()) {
            violations.add(
                    seen.size() - load.accepted() + " reports more than were accepted: an idempotency key had two");
        }
    }

    private Set<String> unended() {
        Set<String> open = new HashSet<>();
        for (int i = 0; i < load.ids().length(); i++) {
            open.add(load.ids().get(i));
        }
        if (open.size() < load.ids().length()) {
            violations.add("two idempotency keys have one report");
        }
        ended.ids().forEach(open::remove);
        return open;
    }

    private String row(String fault) {
        List<FaultLog.Entry> entries =
                faults.stream().filter(entry -> entry.fault().equals(fault)).toList();
        List<Long> after = entries.stream()
                .flatMap(entry -> again.stream()
                        .filter(execution -> isBy(entry, execution))
                        .map(execution -> execution.nanos() - entry.began()))
                .toList();
        return String.format(
                ROW,
                fault,
                entries.size(),
                after.size(),
                worst(after.stream()),
                worst(entries.stream().flatMap(entry -> next(acceptedAt, entry.mended()))),
                worst(entries.stream().flatMap(entry -> next(executedAt, entry.mended()))));
    }

    /** Whether the fault struck one of the workers, or Redis, between both executions. A late message runs second. */
    private boolean isBy(FaultLog.Entry entry, Execution second) {
        Execution first = firsts.get(second.id());
        return (entry.target().isEmpty()
                        || entry.target().equals(first.life().name())
                        || entry.target().equals(second.life().name()))
                && entry.mended() + STILL_FELT_NANOS >= first.nanos()
                && entry.began() <= second.nanos();
    }

    private static Stream<Long> next(long[] sorted, long since) {
        int place = Arrays.binarySearch(sorted, since);
        int index = place < 0 ? -place - 1 : place;
        return index < sorted.length ? LongStream.of(sorted[index] - since).boxed() : Stream.empty();
    }

    private static String worst(Stream<Long> nanos) {
        return nanos.max(Long::compare)
                .map(longest -> String.format(Locale.ROOT, "%.2f", FaultLog.seconds(longest)))
                .orElse("-");
    }

    private static void line(List<String> lines, String name, Object value) {
        lines.add(String.format("%-42s %10s", name, value));
    }
}
