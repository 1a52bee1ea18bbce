package io.redistributed.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What a report costs, beside the least that it can cost, and with {@code rivals} beside BullMQ and asynq. All run at once, each
 * on a Redis of its own with AOF, and are loaded in turns, in alternating order, once their rates are level; ratios are of turns of the same
 * round. Needs {@code h2load}; BullMQ needs {@code node} 20 and {@code npm}, asynq needs {@code go}.
 */
final class ComparisonPart {

    private static final int WORKERS = 2;

    private static final String BARE_POST = "bare POST";
    private static final String BARE_PATH = "bare path, untraced";
    private static final String UNTRACED = "redistributed, untraced";
    private static final String TRACED = "redistributed, traced";
    private static final String BULLMQ = "BullMQ, untraced";
    private static final String BULLMQ_TRACED = "BullMQ, traced";
    private static final String BULLMQ_TRACED_WHOLE = "BullMQ, traced with HTTP and Redis";
    private static final String ASYNQ = "asynq, untraced";

    private final Bench bench;
    private final Path folder;
    private final boolean rivals;
    private final Map<String, Contender> contenders = new LinkedHashMap<>();
    private final Map<String, List<Turn>> turns = new LinkedHashMap<>();
    private final List<Double> floor = new ArrayList<>();

    ComparisonPart(Bench bench, Path folder, boolean rivals) {
        this.bench = bench;
        this.folder = folder;
        this.rivals = rivals;
    }

    /** @return whether every span of ours arrived */
    boolean run() throws IOException, InterruptedException {
        try (PlainCommands plain = new PlainCommands()) {
            Bed traced = start();
            measure(plain);
            print(traced);
            long missing = traced.missingSpans();
            System.out.printf("%nSpans lost: %d of %d%n", missing, traced.spans() + missing);
            bench.history.add("spans lost", missing);
            return missing == 0;
        } finally {
            for (Contender contender : contenders.values()) {
                contender.close();
            }
        }
    }

    private Bed start() throws IOException, InterruptedException {
        contenders.put(BARE_POST, Bare.post(folder));
        contenders.put(BARE_PATH, Bare.path(folder));
        contenders.put(UNTRACED, new Bed(folder, true, false, WORKERS, bench.slots));
        Bed traced = new Bed(folder, true, true, WORKERS, bench.slots);
        contenders.put(TRACED, traced);
        if (rivals) {
            BullMq.install(folder);
            contenders.put(BULLMQ, new BullMq(folder, BullMq.Traced.NOTHING));
            contenders.put(BULLMQ_TRACED, new BullMq(folder, BullMq.Traced.JOBS));
            contenders.put(BULLMQ_TRACED_WHOLE, new BullMq(folder, BullMq.Traced.REQUESTS_AND_COMMANDS));
            Asynq.install(folder);
            contenders.put(ASYNQ, new Asynq(folder));
        }
        return traced;
    }

    private void measure(PlainCommands plain) throws IOException, InterruptedException {
        HttpLoad load = new HttpLoad(folder, bench.connections);
        for (Map.Entry<String, Contender> contender : contenders.entrySet()) {
            WarmUp.untilLevel(contender.getKey(), contender.getValue(), load, bench.jobs, bench.warmup);
            turns.put(contender.getKey(), new ArrayList<>());
        }
        plain.redisCpuMicros(bench.jobs);
        List<String> order = new ArrayList<>(contenders.keySet());
        for (int round = 1; round <= bench.rounds; round++) {
            Bench.say("comparison: round %d of %d", round, bench.rounds);
            for (String name : order) {
                turns.get(name).add(Turn.of(contenders.get(name), load, bench.jobs));
            }
            // The same jar was up to 13% slower as the first of a round than as the last.
            Collections.reverse(order);
            floor.add(plain.redisCpuMicros(bench.jobs));
        }
    }

    private void print(Bed traced) {
        Table.head(
                bench.jobs + " jobs a turn, " + bench.connections + " connections, AOF on; median (least–greatest) of "
                        + bench.rounds,
                "accepted/s",
                "completed/s",
                "Redis CPU µs/job",
                "service CPU µs/job",
                "load CPU µs/job",
                "spans/job");
        turns.forEach((name, all) -> {
            Table.row(
                    name,
                    Spread.of(all, Turn::acceptedPerSecond),
                    Spread.of(all, Turn::completedPerSecond),
                    Spread.of(all, Turn::redisCpuMicros),
                    Spread.of(all, Turn::cpuMicros),
                    Spread.of(all, Turn::loadCpuMicros),
                    spansPerJob(contenders.get(name)));
            bench.history.add(name + ", completed/s", Spread.of(all, Turn::completedPerSecond));
            bench.history.add(name + ", Redis CPU µs", Spread.of(all, Turn::redisCpuMicros));
            bench.history.add(name + ", service CPU µs", Spread.of(all, Turn::cpuMicros));
        });
        Table.row("plain commands, pipelined", "–", "–", Spread.of(floor, Double::doubleValue), "–", "–", "–");

        Table.head("Ratio, median (least–greatest) of the rounds", "");
        if (rivals) {
            ratio("completed/s ÷ BullMQ's, both traced", TRACED, BULLMQ_TRACED, Turn::completedPerSecond);
            ratio(
                    "completed/s ÷ BullMQ's, both traced with HTTP and Redis",
                    TRACED,
                    BULLMQ_TRACED_WHOLE,
                    Turn::completedPerSecond);
            ratio("completed/s ÷ BullMQ's, both untraced", UNTRACED, BULLMQ, Turn::completedPerSecond);
            ratio("completed/s ÷ asynq's, untraced", UNTRACED, ASYNQ, Turn::completedPerSecond);
            ratio("Redis CPU ÷ BullMQ's, both traced", TRACED, BULLMQ_TRACED, Turn::redisCpuMicros);
        }
        ratio("completed/s ÷ the bare path's, untraced", UNTRACED, BARE_PATH, Turn::completedPerSecond);
        ratio("completed/s, traced ÷ untraced", TRACED, UNTRACED, Turn::completedPerSecond);
        row(
                "Redis CPU ÷ the plain commands', traced",
                round -> of(TRACED, round).redisCpuMicros() / floor.get(round));
        ratio("service CPU ÷ a bare POST's, untraced", UNTRACED, BARE_POST, Turn::cpuMicros);
        ratio("service CPU ÷ a bare POST's, traced", TRACED, BARE_POST, Turn::cpuMicros);
        int spans = traced.spansPerReport();
        row(
                "service CPU a span, of " + spans + " (traced − untraced) ÷ a bare POST's",
                round -> (of(TRACED, round).cpuMicros() - of(UNTRACED, round).cpuMicros())
                        / spans
                        / of(BARE_POST, round).cpuMicros());
    }

    private static long spansPerJob(Contender contender) {
        return Math.round((double) contender.spans() / contender.completed());
    }

    private void ratio(String name, String of, String by, ToDoubleFunction<Turn> figure) {
        row(name, round -> figure.applyAsDouble(of(of, round)) / figure.applyAsDouble(of(by, round)));
    }

    private void row(String name, ToDoubleFunction<Integer> ofRound) {
        List<Integer> rounds = IntStream.range(0, bench.rounds).boxed().toList();
        Spread spread = Spread.of(rounds, ofRound);
        Table.row(name, spread);
        bench.history.add(name, spread);
    }

    private Turn of(String name, int round) {
        return turns.get(name).get(round);
    }
}
