package io.redistributed.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** How each harm to a host or its link was got over, in seconds: the worst of all times that it was done. */
final class HostTable {

    private static final String FORMAT = "%-24s %5s %6s %10s %12s %12s %12s %9s %10s %7s";

    private final Evidence evidence;
    private final Readiness readiness;
    private final List<LostAttempt> lost;
    private final List<String> apis;

    HostTable(Evidence evidence, Readiness readiness, List<LostAttempt> lost, List<Node> apis) {
        this.evidence = evidence;
        this.readiness = readiness;
        this.lost = lost;
        this.apis = apis.stream().map(Node::name).toList();
    }

    List<String> lines(List<Fault> faults) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                FORMAT, "", "", "cut", "503", "ready after", "works after", "done after", "attempts", "ran again", ""));
        lines.add(String.format(
                FORMAT, "harm", "times", "for", "after", "mending", "mending", "mending", "lost", "after", "fenced"));
        faults.forEach(fault -> lines.add(line(fault.name())));
        lines.add("Workers are harmed beside APIs and Redis, so the times of one can be those of the other.");
        return lines;
    }

    /** Harm of which an API had to tell, and did not. */
    List<String> violations() {
        return evidence.faults().stream()
                .filter(entry ->
                        entry.fault().endsWith("-redis") || entry.fault().equals("redis-unplugged"))
                .flatMap(entry -> concerned(entry).stream()
                        .filter(api -> readiness
                                .firstRefusal(api, entry.began(), entry.mended())
                                .isEmpty())
                        .map(api -> api + " was ready all the while, though: " + entry.fault()))
                .toList();
    }

    private String line(String fault) {
        List<FaultLog.Entry> entries = evidence.faults().stream()
                .filter(entry -> entry.fault().equals(fault))
                .toList();
        List<LostAttempt> own = lost.stream()
                .filter(one -> one.isCrash() && entries.contains(one.fault()))
                .toList();
        return String.format(
                FORMAT,
                fault,
                entries.size(),
                worst(entries.stream().map(entry -> entry.mended() - entry.began())),
                worst(entries.stream().flatMap(entry -> concerned(entry).stream()
                        .flatMap(api ->
                                since(entry.began(), readiness.firstRefusal(api, entry.began(), entry.mended()))))),
                worst(entries.stream().flatMap(entry -> concerned(entry).stream()
                        .flatMap(api -> since(entry.mended(), readiness.firstReady(api, entry.mended()))))),
                worst(entries.stream().flatMap(this::untilWork)),
                worst(entries.stream().flatMap(this::untilDone)),
                own.size(),
                worst(own.stream().flatMap(one -> one.recoveredAfter().stream())),
                own.stream().filter(LostAttempt::outlived).count());
    }

    /** The APIs behind what was struck: none if it was a worker. */
    private List<String> concerned(FaultLog.Entry entry) {
        return entry.fault().startsWith("redis-")
                ? apis
                : apis.stream()
                        .filter(api -> entry.fault().startsWith(api + "-"))
                        .toList();
    }

    private Stream<Long> untilWork(FaultLog.Entry entry) {
        return first(
                entry.mended(),
                evidence.executions().values().stream()
                        .flatMap(List::stream)
                        .filter(execution -> execution.life().name().equals(entry.target())),
                Execution::nanos);
    }

    private Stream<Long> untilDone(FaultLog.Entry entry) {
        return first(entry.mended(), evidence.orders().stream().filter(Order::hasEnded), Order::endedNanos);
    }

    private static <T> Stream<Long> first(long from, Stream<T> all, ToLongFunction<T> time) {
        return all
                .mapToLong(time)
                .filter(nanos -> nanos >= from)
                .map(nanos -> nanos - from)
                .boxed()
                .min(Long::compare)
                .stream();
    }

    private static Stream<Long> since(long from, OptionalLong time) {
        return time.isEmpty() ? Stream.empty() : Stream.of(time.getAsLong() - from);
    }

    private static String worst(Stream<Long> nanos) {
        return nanos.max(Long::compare)
                .map(longest -> String.format(Locale.ROOT, "%.1f", FaultLog.seconds(longest)))
                .orElse("-");
    }
}
