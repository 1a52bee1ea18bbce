package io.redistributed.bench;

import io.redistributed.bench.Backlog.Cost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What submit and finish cost Redis while few and while many reports wait: of two queues, each on a Redis of its own, that are
 * measured in turns.
 */
final class BacklogPart {

    private static final int ROUNDS = 60;

    /** Until both ends of the line run at their speed. */
    private static final int WARMUP_ROUNDS = 20;

    private final int waiting;

    BacklogPart(int waiting) {
        this.waiting = waiting;
    }

    /** @return whether all was as it should be */
    boolean run() throws IOException {
        try (Backlog few = new Backlog(0);
                Backlog many = new Backlog(waiting)) {
            Bench.say("backlog: %d reports are submitted", waiting);
            double memory = many.fill();
            List<Cost> ofFew = new ArrayList<>();
            List<Cost> ofMany = new ArrayList<>();
            for (int round = 0; round < WARMUP_ROUNDS + ROUNDS; round++) {
                Cost costOfFew = few.round();
                Cost costOfMany = many.round();
                if (round >= WARMUP_ROUNDS) {
                    ofFew.add(costOfFew);
                    ofMany.add(costOfMany);
                }
            }
            Table.head(
                    "reports waiting, median of " + ROUNDS + " rounds",
                    "submit, µs in its script",
                    "finish, µs in its script",
                    "submit, µs of Redis CPU",
                    "finish, µs of Redis CPU");
            row("few", ofFew);
            row(String.format(Locale.ROOT, "%,d", waiting), ofMany);
            System.out.printf(Locale.ROOT, "%nA report that waits takes %.0f bytes of Redis' memory.%n", memory);
            return few.isWhole() && many.isWhole();
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
