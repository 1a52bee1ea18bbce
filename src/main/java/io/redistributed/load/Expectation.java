package io.redistributed.load;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * What every report should be: {@code simulated} makes what its parameters say, other types make of one input the same
 * each time, so that what they made first is what they should make.
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

    /** @return what is wrong with a report that has ended, as {@code GET /reports/{id}} shows it */
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

    /** @return what is wrong with the result of a report that is done */
    Optional<String> fault(String id, Buffer actual) {
        return result.equals(actual)
                ? Optional.empty()
                : Optional.of("the result of report " + id + " is not what it should be");
    }

    private static Buffer simulated(int bytes) {
        return Buffer.buffer(bytes < 2 ? " ".repeat(bytes) : "{" + " ".repeat(bytes - 2) + "}");
    }
}
