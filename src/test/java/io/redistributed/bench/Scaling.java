package io.redistributed.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Calculates the capacity of one Redis, of partitions and of hosts from the cost of a report, and prints tables in Markdown.
 * Needs only a JDK, so it runs without a build: {@code scripts/scaling.sh redis=50 slots=32}.
 */
final class Scaling {

    private static final double MICROS = 1e-6;
    private static final double HEARTBEATS_PER_LEASE = 5;

    /** Name → value. docs/scaling.md has the same values and says how each was measured. */
    private final Map<String, Double> given = new LinkedHashMap<>();

    private final StringBuilder out = new StringBuilder();

    Scaling(String... arguments) {
        given.put("redis", 80.0);
        given.put("redisSpread", 95.0);
        given.put("api", 75.0);
        given.put("worker", 50.0);
        given.put("heartbeat", 130.0);
        given.put("bytes", 810.0);
        given.put("log", 1_700.0);
        given.put("waitingMemory", 700.0);
        given.put("endedMemory", 730.0);
        given.put("use", 0.7);
        given.put("lease", 10.0);
        given.put("slots", 16.0);
        given.put("seconds", 1.0);
        for (String argument : arguments) {
            String[] pair = argument.split("=", 2);
            if (pair.length < 2 || !given.containsKey(pair[0]) || !pair[1].matches("\\d{1,12}(\\.\\d{1,9})?")) {
                throw new IllegalArgumentException(
                        argument + ": not NAME=NUMBER; the names are " + String.join(", ", given.keySet()));
            }
            given.put(pair[0], Double.valueOf(pair[1]));
        }
    }

    public static void main(String[] args) {
        try {
            System.out.print(new Scaling(args).tables());
        } catch (IllegalArgumentException e) {
            System.err.println("scaling: " + e.getMessage());
            System.exit(2);
        }
    }

    String tables() {
        oneRedis();
        workers();
        partitions();
        hosts();
        return out.toString();
    }

    private void oneRedis() {
        head(
                "load of Redis",
                "reports/s",
                "mean wait of a script, µs",
                "network, Mbit/s",
                "log, MB/s",
                "stored for an hour, GB",
                "waiting for a minute, GB");
        for (double busy : List.of(0.1, 0.3, 0.5, get("use"), 0.9)) {
            double rate = rate(busy);
            row(
                    percent(busy),
                    number(rate),
                    number(wait(busy, get("redis") / 2)),
                    number(rate * get("bytes") * 8 * MICROS),
                    number(rate * get("log") * MICROS),
                    number(rate * 3600 * get("endedMemory") * 1e-9),
                    number(rate * 60 * get("waitingMemory") * 1e-9));
        }
    }

    /** Every worker sends heartbeats to every partition, so their share does not fall with the number of partitions. */
    private void workers() {
        head(
                "workers",
                "slots",
                "share of heartbeats in each Redis",
                "remaining reports/s of one Redis",
                "reports/s with all slots busy");
        for (int workers : List.of(4, 64, 256, 1_000, 4_000)) {
            double slots = workers * get("slots");
            row(
                    number(workers),
                    number(slots),
                    percent(heartbeats(workers)),
                    number(Math.max(0, (get("use") - heartbeats(workers)) / (get("redisSpread") * MICROS))),
                    number(slots / get("seconds")));
        }
    }

    private void partitions() {
        int workers = 32;
        head(
                "partitions, each on its own master",
                "reports/s",
                "connections to each, with 32 event loops of workers and 8 API instances",
                "slots per partition",
                "mean wait for a slot at 70% use, s",
                "at 90%");
        for (int partitions : List.of(1, 2, 4, 8, 16)) {
            int slots = (int) (workers * get("slots") / partitions);
            row(
                    partitions,
                    number(partitions * (get("use") - heartbeats(workers)) / (get("redisSpread") * MICROS)),
                    2 * workers + 3 * 8,
                    number(slots),
                    number(waitForSlot(slots, 0.7)),
                    number(waitForSlot(slots, 0.9)));
        }
    }

    private void hosts() {
        head("reports/s", "cores for the API", "cores for workers, without generators", "slots", "partitions");
        for (int rate : List.of(100, 1_000, 10_000, 50_000)) {
            row(
                    number(rate),
                    number(rate * get("api") * MICROS / get("use")),
                    number(rate * get("worker") * MICROS / get("use")),
                    number(rate * get("seconds") / get("use")),
                    (int) Math.ceil(rate / rate(get("use"))));
        }
    }

    private double rate(double busy) {
        return busy / (get("redis") * MICROS);
    }

    /** Returns the share of one Redis. */
    private double heartbeats(int workers) {
        return workers * HEARTBEATS_PER_LEASE / get("lease") * get("heartbeat") * MICROS;
    }

    /** Returns the mean time in the queue of one server with constant service times (Pollaczek–Khinchine). */
    private static double wait(double busy, double micros) {
        return busy / (2 * (1 - busy)) * micros;
    }

    /** Returns the mean time until a slot is free, for random arrivals and durations (Erlang C). */
    private double waitForSlot(int slots, double busy) {
        double offered = slots * busy;
        double blocked = 1;
        for (int i = 1; i <= slots; i++) {
            blocked = offered * blocked / (i + offered * blocked);
        }
        double waits = blocked / (1 - busy * (1 - blocked));
        return waits * get("seconds") / (slots * (1 - busy));
    }

    private double get(String name) {
        return given.get(name);
    }

    private void head(String... names) {
        if (out.length() > 0) {
            out.append('\n');
        }
        row((Object[]) names);
        out.append("| --- ".repeat(names.length)).append("|\n");
    }

    private void row(Object... values) {
        List<String> cells = new ArrayList<>();
        for (Object value : values) {
            cells.add(value.toString());
        }
        out.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }

    private static String number(int value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : value >= 1 ? "%.1f" : "%.3f", value);
    }
}
