package io.redistributed.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.system.ClientTls;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpectationTest {

    @Test
    void simulatedResultFollowsParameters() {
        Expectation expectation = Expectation.of(plan("simulated", "{\"resultBytes\":4}"), Buffer.buffer());

        assertThat(expectation.fault("0-1", Buffer.buffer("{  }"))).isEmpty();
        assertThat(expectation.fault("0-1", Buffer.buffer("{ }")))
                .contains("the result of report 0-1 differs from the expected one");
        assertThat(expectation.fault(report("done").put("size", 4))).isEmpty();
        assertThat(expectation.fault(report("done").put("size", 3)))
                .contains("the result of report 0-1 has 3 bytes, not 4");
    }

    @Test
    void otherResultsRepeatFirst() {
        Expectation expectation = Expectation.of(plan("summary", "{}"), Buffer.buffer("rows 3"));

        assertThat(expectation.fault("0-1", Buffer.buffer("rows 3"))).isEmpty();
        assertThat(expectation.fault("0-1", Buffer.buffer("rows 4"))).isPresent();
    }

    @Test
    void requestedFailureIsNoFault() {
        JsonObject failed = report("failed").put("error", "simulated failure");

        assertThat(Expectation.of(plan("simulated", "{\"failureRate\":0.5}"), Buffer.buffer())
                        .fault(failed))
                .isEmpty();
        assertThat(Expectation.of(plan("simulated", "{}"), Buffer.buffer()).fault(failed))
                .contains("report 0-1 is failed: simulated failure");
    }

    private static JsonObject report(String state) {
        return new JsonObject().put("id", "0-1").put("state", state);
    }

    static LoadPlan plan(String type, String parameters) {
        return new LoadPlan(
                List.of(URI.create("http://127.0.0.1:8080")),
                0,
                1,
                1,
                1,
                Duration.ZERO,
                Duration.ofSeconds(1),
                type,
                new JsonObject(parameters),
                null,
                1,
                1,
                1,
                Duration.ofSeconds(1),
                "",
                ClientTls.NONE);
    }
}
