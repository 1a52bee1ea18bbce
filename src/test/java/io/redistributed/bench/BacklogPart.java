package io.redistributed.bench;

import io.redistributed.bench.Backlog.Cost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What submit and finish cost Redis while few and while many reports wait: of queues, each on a Redis of its own, that are
 * measured in turns. One of those in which few wait keeps as many that are done, so that its memory is as large.
 */
final class BacklogPart {

    private static final int ROUNDS = 60;

    /** Until both ends of the line run at their speed. */
    private static final int WARMUP_ROUNDS = 20;

    private final int waiting;

    BacklogPart(int waiting) {
        this.waiting = waiting;
    }

    /** @return whether all results were correct */
    boolean run() throws IOException {
        try (Backlog empty = new Backlog(0);
                Backlog made = new Backlog(0);
                Backlog many = new Backlog(waiting)) {
            Bench.say("backlog: %d reports are submitted to one queue, and made by another", waiting);
            double memory = many.fill();
            made.make(waiting);
            Map<Backlog, List<Cost>> costs = new HashMap<>();
            for (int round = 0; round < WARMUP_ROUNDS + ROUNDS; round++) {
                for (Backlog queue : List.of(empty, made, many)) {
                    Cost cost = queue.round();
                    if (round >= WARMUP_ROUNDS) {
                        costs.computeIfAbsent(queue, first -> new ArrayList<>()).add(cost);
                    }
                }
            }
            Table.head(
                    "reports, median of " + ROUNDS + " rounds",
                    "submit, µs in its script",
                    "finish, µs in its script",
                    "submit, µs of Redis CPU",
                    "finish, µs of Redis CPU");
            row("few", costs.get(empty));
            row(String.format(Locale.ROOT, "%,d that are done, few wait", waiting), costs.get(made));
            row(String.format(Locale.ROOT, "%,d wait", waiting), costs.get(many));
            System.out.printf(Locale.ROOT, "%nA report that waits takes %.0f bytes of Redis' memory.%n", memory);
            return empty.isWhole() && made.isWhole() && many.isWhole();
        }
    }

    private static void row(String name, List<Cost> costs) {
        Table.row(
                name,
                Table.median(costs, Cost::submitMicros),
                Table.median(costs, Cost::finishMicros),
                Table.median(costs, Cost::submitCpu),
                Table.median(costs, Cost::finishCpu));
    }
}
