package io.redistributed.chaos;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * A report to request.
 *
 * @param query of {@code POST /reports}
 * @param cancelled whether the client cancels it
 * @param complaint returns what is wrong with an ending; empty if nothing is
 */
record Task(String query, String body, boolean cancelled, Function<Ending, String> complaint) {

    static final int ATTEMPTS = 3;

    private static final String FAILURE = "simulated failure";

    static Task next(Random random) {
        int kind = random.nextInt(100);
        if (kind < 50) {
            return summary(random);
        }
        if (kind < 85) {
            return simulated(random, 0, false);
        }
        if (kind < 95) {
            return simulated(random, 0.3, false);
        }
        return kind < 97 ? simulated(random, 1, false) : simulated(random, 0, true);
    }

    private static Task summary(Random random) {
        int rows = 1 + random.nextInt(300);
        long sum = 0;
        StringBuilder csv = new StringBuilder("place,amount\n");
        for (int row = 0; row < rows; row++) {
            int amount = random.nextInt(1_000_000);
            sum += amount;
            csv.append("place ").append(row).append(',').append(amount).append('\n');
        }
        double mean = (double) sum / rows;
        return new Task("type=summary", csv.toString(), false, ending -> summaryComplaint(ending, rows, mean));
    }

    private static String summaryComplaint(Ending ending, int rows, double mean) {
        if (!ending.state().equals("done") || !ending.errors().isEmpty()) {
            return "is " + ending.state() + " with errors " + ending.errors() + " though nothing can fail in it";
        }
        JsonObject summary = new JsonObject(ending.result());
        JsonObject amount = summary.getJsonArray("columns").getJsonObject(1);
        boolean right = summary.getInteger("rows") == rows
                && amount.getString("name").equals("amount")
                && amount.getInteger("count") == rows
                && Math.abs(amount.getDouble("mean") - mean) <= 1e-9 * mean;
        return right ? "" : "says " + amount + " of " + rows + " rows with a mean of " + mean;
    }

    private static Task simulated(Random random, double failureRate, boolean cancelled) {
        int bytes = 2 + random.nextInt(2_000);
        int millis = random.nextInt(1_500);
        String query = "type=simulated&duration=" + millis + "ms&failureRate=" + failureRate + "&resultBytes=" + bytes;
        return new Task(query, "", cancelled, ending -> simulatedComplaint(ending, bytes, failureRate, cancelled));
    }

    private static String simulatedComplaint(Ending ending, int bytes, double failureRate, boolean cancelled) {
        List<String> errors = ending.errors();
        if (failureRate == 0 && !errors.isEmpty()
                || !errors.stream().allMatch(FAILURE::equals)
                || errors.size() > ATTEMPTS) {
            return "has errors " + errors + " at a failure rate of " + failureRate;
        }
        boolean right =
                switch (ending.state()) {
                    case "done" ->
                        failureRate < 1
                                && errors.size() < ATTEMPTS
                                && ending.result().length() == bytes
                                && ending.result().startsWith("{")
                                && ending.result().endsWith("}");
                    case "failed" -> errors.size() == ATTEMPTS;
                    case "cancelled" -> cancelled;
                    default -> false;
                };
        return right
                ? ""
                : "is " + ending.state() + " after " + errors.size() + " failures, with "
                        + (ending.result() == null
                                ? "no result"
                                : ending.result().length() + " bytes")
                        + ", where " + bytes + " bytes at a failure rate of " + failureRate + " were wanted";
    }
}
