package io.redistributed.load;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * The expected result of every report. {@code simulated} produces what its parameters say; every other type is expected to
 * repeat the result of the first report, because the input is the same.
 */
final class Expectation {

    private final Buffer result;
    private final boolean mayFail;

    private Expectation(Buffer result, boolean mayFail) {
        this.result = result;
        this.mayFail = mayFail;
    }

    /** @param first result of the first report; empty if it failed */
    static Expectation of(LoadPlan plan, Buffer first) {
        if (!plan.type().equals("simulated")) {
            return new Expectation(first, false);
        }
        JsonObject parameters = plan.parameters();
        return new Expectation(
                simulated(parameters.getInteger("resultBytes", 2)), parameters.getDouble("failureRate", 0.0) > 0);
    }

    /** @return what is wrong with an ended report, as {@code GET /reports/{id}} shows it */
    Optional<String> fault(JsonObject report) {
        String state = report.getString("state");
        if (state.equals("failed") && mayFail) {
            return Optional.empty();
        } else if (!state.equals("done")) {
            return Optional.of("report " + report.getString("id") + " is " + state + ": " + report.getString("error"));
        } else if (report.getInteger("size") != result.length()) {
            return Optional.of("the result of report " + report.getString("id") + " has " + report.getInteger("size")
                    + " bytes, not " + result.length());
        }
        return Optional.empty();
    }

    /** @return what is wrong with the result of a completed report */
    Optional<String> fault(String id, Buffer actual) {
        return result.equals(actual)
                ? Optional.empty()
                : Optional.of("the result of report " + id + " differs from the expected one");
    }

    private static Buffer simulated(int bytes) {
        return Buffer.buffer(bytes < 2 ? " ".repeat(bytes) : "{" + " ".repeat(bytes - 2) + "}");
    }
}
