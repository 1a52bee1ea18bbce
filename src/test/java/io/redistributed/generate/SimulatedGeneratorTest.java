package io.redistributed.generate;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SimulatedGeneratorTest {

    private final GeneratorFixture fixture = new GeneratorFixture();

    @BeforeAll
    void deploy() {
        fixture.deploy(SimulatedGenerator::new);
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    @Test
    void returnsEmptyObjectByDefault() {
        GeneratedContent content = content(new JsonObject());

        assertThat(content.body().toString()).isEqualTo("{}");
        assertThat(content.contentType()).isEqualTo("application/json");
    }

    @Test
    void completesImmediatelyWithoutDuration() throws GenerationException {
        GenerateRequest request = fixture.request(new JsonObject(), Buffer.buffer(), null);

        assertThat(new SimulatedGenerator().generate(request).isComplete()).isTrue();
    }

    @Test
    void resultHasRequestedSize() {
        for (int bytes : new int[] {0, 1, 2, 3, 1000, 10_000_000}) {
            GeneratedContent content = content(new JsonObject().put("resultBytes", bytes));
            assertThat(content.body().length()).isEqualTo(bytes);
            if (bytes >= 2) {
                assertThat(content.contentType()).isEqualTo("application/json");
                assertThat(content.body().toJsonObject()).isEmpty();
            }
        }
    }

    @Test
    void failuresAreRetryableWithRequestedRate() {
        GenerationException failure = fixture.failure("simulated", rate(1), Buffer.buffer());
        assertThat(failure).hasMessage("simulated failure").returns(true, GenerationException::isRetryable);

        assertThat(failuresOf(rate(0))).isZero();
        // 1,000 tries with probability 0.5: the standard deviation is 16, and a deviation of 160 never happens.
        assertThat(failuresOf(rate(0.5))).isBetween(340L, 660L);
    }

    private long failuresOf(JsonObject parameters) {
        return IntStream.range(0, 1000)
                .mapToObj(i -> fixture.ask("simulated", parameters, Buffer.buffer()))
                .map(asked -> await(asked.map(false).otherwise(true)))
                .filter(failed -> failed)
                .count();
    }

    private static JsonObject rate(double rate) {
        return new JsonObject().put("failureRate", rate);
    }

    @Test
    void waitingReportsProgress() {
        fixture.progress.clear();
        content(new JsonObject().put("duration", "60ms"));

        fixture.assertProgressRoseTo(1);
        assertThat(fixture.progress).hasSize(20);
    }

    @Test
    void computingRunsOnPoolAndReportsProgress() {
        fixture.progress.clear();
        content(new JsonObject().put("duration", "30ms").put("cpu", 1));

        fixture.assertProgressRoseTo(1);
        assertThat(Thread.getAllStackTraces().keySet())
                .anyMatch(thread -> thread.getName().startsWith("generate-simulated-"));
    }

    @Test
    void manyWaitAtOnce() {
        JsonObject parameters = new JsonObject().put("duration", "50ms").put("cpu", 0.01);
        var asked = IntStream.range(0, 500)
                .mapToObj(i -> fixture.ask("simulated", parameters, Buffer.buffer()))
                .toList();

        await(Future.all(asked));
    }

    @Test
    void acceptsUpToOneHour() {
        for (String tooLong : new String[] {"61m", "3601s", "3600001ms"}) {
            assertThat(fixture.failure("simulated", new JsonObject().put("duration", tooLong), Buffer.buffer()))
                    .hasMessage("parameter 'duration' is " + tooLong + "; at most one hour is allowed")
                    .returns(false, GenerationException::isRetryable);
        }
        assertThat(content(new JsonObject().put("duration", "0m")).body().length())
                .isEqualTo(2);
    }

    private GeneratedContent content(JsonObject parameters) {
        return fixture.content("simulated", parameters, Buffer.buffer());
    }
}
