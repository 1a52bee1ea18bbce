package io.redistributed.chaos;

import io.opentelemetry.api.trace.SpanKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Checks that every trace is connected and that every execution is a CONSUMER span in it. A missing span is excused
 * only if its process was killed before it could export.
 */
final class TraceCheck {

    private static final String PROCESS = "process reports";

    private final Evidence evidence;
    private final Violations violations;
    private final Map<String, SpanLog.Seen> byId;
    private final Map<String, List<SpanLog.Seen>> consumers;
    private final Map<String, Order> orders;
    private int excused;

    TraceCheck(Evidence evidence, Violations violations) {
        this.evidence = evidence;
        this.violations = violations;
        this.byId = evidence.spans().stream().collect(Collectors.toMap(SpanLog.Seen::id, Function.identity()));
        this.consumers = evidence.spans().stream()
                .filter(span -> span.name().equals(PROCESS) && span.reportId() != null)
                .collect(Collectors.groupingBy(SpanLog.Seen::reportId));
        this.orders = new HashMap<>();
        evidence.accepted().forEach(order -> orders.put(order.id(), order));
    }

    /** @return how many spans are missing, their processes having been killed */
    int run() {
        evidence.spans().forEach(this::checkParent);
        evidence.redis().reports().values().forEach(this::checkReport);
        return excused;
    }

    private void checkParent(SpanLog.Seen span) {
        if (span.parentId() == null) {
            if (span.kind() != SpanKind.SERVER) {
                violations.add("a trace begins with " + span);
            }
            return;
        }
        SpanLog.Seen parent = byId.get(span.parentId());
        if (parent == null) {
            if (isExcused(span)) {
                excused++;
            } else {
                violations.add("orphan: " + span);
            }
        } else if (!parent.traceId().equals(span.traceId())) {
            violations.add("parent and child are of different traces: " + parent + " " + span);
        } else if (span.kind() == SpanKind.CONSUMER && parent.kind() != SpanKind.PRODUCER) {
            violations.add("a CONSUMER span below " + parent);
        }
    }

    /** A consumer's parent is in the API's process, the parent of any other span in its own process. */
    private boolean isExcused(SpanLog.Seen span) {
        if (span.kind() != SpanKind.CONSUMER) {
            return evidence.lives().get(span.life()).wasKilledSoonAfter(span.arrived());
        }
        Order order = orders.get(span.reportId());
        return order == null
                || order.tries().stream().anyMatch(sent -> sent.api().wasKilledSoonAfter(sent.nanos()));
    }

    private void checkReport(Stored report) {
        Map<Integer, SpanLog.Seen> attempts = new HashMap<>();
        for (SpanLog.Seen span : consumers.getOrDefault(report.id(), List.of())) {
            if (!span.traceId().equals(report.fields().get("trace"))) {
                violations.add(
                        report.id(),
                        "report " + report.id() + " is of trace "
                                + report.fields().get("trace") + ", but " + span);
            }
            SpanLog.Seen before = attempts.put(span.attempt(), span);
            if (before != null) {
                violations.add(report.id(), "an attempt has two spans: " + before + " " + span);
            }
        }
        for (Execution execution : evidence.executions().getOrDefault(report.id(), List.of())) {
            SpanLog.Seen span = attempts.get(execution.attempt());
            if (span != null && !span.life().equals(execution.life().name())) {
                violations.add(report.id(), "executed by " + execution.life().name() + ", but " + span);
            } else if (span == null && execution.life().wasKilledSoonAfter(execution.nanos())) {
                excused++;
            } else if (span == null) {
                violations.add(
                        report.id(),
                        "attempt " + execution.attempt() + " of report " + report.id() + " by "
                                + execution.life().name() + " has no span");
            }
        }
        report.ownErrors()
                .keySet()
                .forEach(attempt -> checkLink(report.id(), attempts.get(attempt), attempts.get(attempt + 1)));
    }

    private void checkLink(String report, SpanLog.Seen failed, SpanLog.Seen next) {
        if (failed != null && next != null && !next.links().contains(failed.id())) {
            violations.add(report, "no link from an attempt to the one before: " + failed + " " + next);
        }
    }
}
