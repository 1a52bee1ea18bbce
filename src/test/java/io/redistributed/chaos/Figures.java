package io.redistributed.chaos;

import io.opentelemetry.api.trace.SpanKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What came of a run, in numbers, for people. */
final class Figures {

    private static final int MAX_SHOWN = 10;

    private final List<String> lines = new ArrayList<>();

    /**
     * @param repeated reason → requests that the clients sent again
     * @param excusedSpans spans that died with their processes
     * @param byReplication what would be violations, had not Redis lost what it had not replicated
     */
    Figures(
            Evidence evidence,
            ChaosOptions options,
            Map<String, Integer> repeated,
            int excusedSpans,
            List<String> byReplication) {
        var reports = evidence.redis().reports().values();
        List<Order> accepted = evidence.accepted();
        List<LostAttempt> lost = LostAttempt.all(evidence);
        List<LostAttempt> duplicates =
                lost.stream().filter(LostAttempt::isDuplicate).toList();

        line("accepted (202)", accepted.size());
        line("  done", count(accepted, order -> "done".equals(order.state())));
        line(
                "  failed, as they had to",
                count(accepted, order -> isFailed(order) && order.complaint().isEmpty()));
        line(
                "  failed, unexpectedly",
                count(accepted, order -> isFailed(order) && !order.complaint().isEmpty()));
        line("  cancelled", count(accepted, order -> "cancelled".equals(order.state())));
        line("  lost", count(accepted, order -> isLost(evidence, order) && !isUnreplicated(evidence, order)));
        line("  lost by asynchronous replication", count(accepted, order -> isUnreplicated(evidence, order)));
        line("orders never accepted", evidence.orders().size() - accepted.size());
        line(
                "requests repeated by clients",
                repeated.values().stream().mapToInt(times -> times).sum());
        repeated.forEach((reason, times) -> line("  after " + reason, times));
        line("attempts", reports.stream().mapToInt(Stored::attempts).sum());
        line(
                "  retried, after failing by themselves",
                reports.stream().mapToInt(this::retried).sum());
        line("  crashed (their leases ran out)", count(lost, LostAttempt::isCrash));
        line("  of these, late outcomes fenced off", count(lost, LostAttempt::outlived));
        line(
                "  taken back as never arrived",
                reports.stream().mapToInt(Stored::undelivered).sum());
        line("duplicates executed", duplicates.size());
        line("  per 10,000 accepted", perTenThousand(duplicates.size(), accepted.size()));
        byFault(duplicates).forEach((fault, times) -> line("  by " + fault, times));
        line("messages refused by workers", count(evidence.spans(), Figures::isRefusal));
        line("longest stall of a worker's process, ms", longestStall(evidence));
        line("spans", evidence.spans().size());
        line("  missing, with their processes killed", excusedSpans);
        lines.add("");
        if (options.topology() != Topology.HOSTS) {
            addRecoveries(evidence, options, lost);
        }
        explain(duplicates, evidence);
        tell(byReplication);
    }

    private void addRecoveries(Evidence evidence, ChaosOptions options, List<LostAttempt> lost) {
        List<String> answers = new ArrayList<>();
        lines.add(Recovery.HEAD);
        lines.add(Recovery.SECOND_HEAD);
        options.faults().forEach(fault -> {
            Recovery recovery = new Recovery(fault, evidence, lost);
            lines.add(recovery.line());
            recovery.answers(FaultLog.seconds(options.lease().toNanos())).forEach(answers::add);
        });
        lines.add("");
        lines.addAll(answers);
    }

    private void tell(List<String> byReplication) {
        if (!byReplication.isEmpty()) {
            lines.add("");
            lines.add("Not held " + byReplication.size()
                    + " times, as a master was lost with what it had not replicated, such as:");
            byReplication.stream().limit(MAX_SHOWN).forEach(one -> lines.add("  " + one));
        }
    }

    private void explain(List<LostAttempt> duplicates, Evidence evidence) {
        long first = evidence.executions().values().stream()
                .flatMap(List::stream)
                .mapToLong(Execution::nanos)
                .min()
                .orElse(0);
        duplicates.stream()
                .filter(duplicate -> duplicate.explanation().isEmpty())
                .limit(MAX_SHOWN)
                .forEach(duplicate -> lines.add("Not explained: " + duplicate.text(first)));
    }

    private static boolean isRefusal(SpanLog.Seen span) {
        return span.kind() == SpanKind.CONSUMER && span.reportId() == null;
    }

    private static long longestStall(Evidence evidence) {
        return TimeUnit.NANOSECONDS.toMillis(evidence.stalls().stream()
                .mapToLong(stall -> stall.mended() - stall.began())
                .max()
                .orElse(0));
    }

    List<String> lines() {
        return lines;
    }

    private void line(String name, Object value) {
        lines.add(String.format("%-42s %10s", name, value));
    }

    private int retried(Stored report) {
        int failures = report.ownErrors().size();
        return report.state().equals("failed") ? Math.max(0, failures - 1) : failures;
    }

    private static boolean isFailed(Order order) {
        return "failed".equals(order.state());
    }

    private static boolean isLost(Evidence evidence, Order order) {
        Stored stored = evidence.redis().reports().get(order.id());
        return stored == null || !stored.hasEnded();
    }

    private static boolean isUnreplicated(Evidence evidence, Order order) {
        return !evidence.redis().reports().containsKey(order.id())
                && evidence.unreplicated().submitted().contains(order.id());
    }

    private static Map<String, Long> byFault(List<LostAttempt> duplicates) {
        return duplicates.stream()
                .collect(Collectors.groupingBy(
                        attempt -> attempt.explanation().isEmpty() ? "nothing known" : attempt.explanation(),
                        TreeMap::new,
                        Collectors.counting()));
    }

    private static <T> long count(List<T> all, Predicate<T> which) {
        return all.stream().filter(which).count();
    }

    private static String perTenThousand(long count, long of) {
        return of == 0 ? "-" : String.format(Locale.ROOT, "%.1f", 10_000.0 * count / of);
    }
}
