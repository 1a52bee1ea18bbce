package io.redistributed.chaos;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks that every accepted report ended once with the expected result, and that no other report is stored. */
final class ReportCheck {

    private final Evidence evidence;
    private final Violations violations;

    ReportCheck(Evidence evidence, Violations violations) {
        this.evidence = evidence;
        this.violations = violations;
    }

    void run() {
        Set<String> asked = new HashSet<>();
        for (Order order : evidence.orders()) {
            if (!order.complaint().isEmpty()) {
                violations.add(
                        order.id(),
                        "the client of " + order.id() + " (" + order.key() + ", "
                                + order.task().query() + ") says: " + order.complaint());
            }
            if (order.isAccepted()) {
                if (!asked.add(order.id())) {
                    violations.add(order.id(), "two orders have made the same report " + order.id());
                }
                checkAccepted(order);
            }
        }
        evidence.redis().reports().values().forEach(this::checkStored);
        long unanswered = evidence.orders().size() - asked.size();
        long more = evidence.redis().reports().keySet().stream()
                .filter(id -> !asked.contains(id))
                .count();
        if (more > unanswered) {
            violations.add(more + "  reports are stored that no client knows, but only  " + unanswered
                    + " orders had no answer: a repeated order has made a second report");
        }
        evidence.ends().forEach((id, times) -> {
            if (times > 1) {
                violations.add(id, "report " + id + " has ended " + times + " times");
            }
        });
        evidence.executions().forEach(this::checkExecutions);
    }

    private void checkAccepted(Order order) {
        Stored stored = evidence.redis().reports().get(order.id());
        if (stored == null) {
            violations.addMissing(order.id());
            return;
        }
        if (!stored.hasEnded()) {
            violations.add("LOST: report has not ended: " + stored.text());
            return;
        }
        if (!order.hasEnded()) {
            violations.add(
                    order.id(), "report " + order.id() + " is " + stored.state() + ", but the client never learned it");
        } else if (!order.state().equals(stored.state())) {
            violations.add(
                    order.id(), "report " + order.id() + " was " + order.state() + " and is now " + stored.state());
        }
        String complaint = stored.state().equals("done") && stored.result() == null
                ? "is done without a result"
                : order.task().complaint().apply(stored.ending());
        if (!complaint.isEmpty()) {
            violations.add(order.id(), "report " + order.id() + " " + complaint);
        }
    }

    private void checkStored(Stored stored) {
        if (!stored.hasEnded()) {
            violations.add("report has not ended: " + stored.text());
        } else if (!stored.isListedAsEnded()) {
            violations.add("report " + stored.id() + "  has ended and is never removed");
        }
        if (stored.result() != null && !stored.state().equals("done")) {
            violations.add("report " + stored.id() + " is " + stored.state() + " and has a result");
        }
    }

    private void checkExecutions(String id, List<Execution> executions) {
        Map<Integer, Execution> byAttempt = new HashMap<>();
        for (Execution execution : executions) {
            Execution before = byAttempt.put(execution.attempt(), execution);
            if (before != null) {
                violations.add(
                        id,
                        "attempt " + execution.attempt() + " of report " + id + " was executed by "
                                + before.life().name() + " and by "
                                + execution.life().name());
            }
        }
    }
}
