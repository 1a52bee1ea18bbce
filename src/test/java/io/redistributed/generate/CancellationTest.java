package io.redistributed.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Generators of cancelled reports end at their next progress. */
class CancellationTest {

    private final GeneratorFixture fixture = new GeneratorFixture();
    private final AtomicInteger calls = new AtomicInteger();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void cancelsSimulatedReport() {
        fixture.deploy(SimulatedGenerator::new);
        assertEndsAtTheSecondProgress("simulated", new JsonObject().put("duration", "60m"), Buffer.buffer());
    }

    @Test
    void cancelsSummaryWhileReading() {
        fixture.deploy(SummaryGenerator::new);
        assertEndsAtTheSecondProgress("summary", new JsonObject(), Buffer.buffer("a,b\n" + "1,2\n".repeat(1_000_000)));
    }

    @Test
    void cancelsSummaryWhileComputing() {
        fixture.deploy(SummaryGenerator::new);
        assertEndsAtTheSecondProgress("summary", new JsonObject(), Buffer.buffer("a,b,c,d\n1,2,3,4\n"));
    }

    private void assertEndsAtTheSecondProgress(String type, JsonObject parameters, Buffer input) {
        DoubleConsumer progress = done -> {
            if (calls.incrementAndGet() > 1) {
                throw new CancellationException("no longer wanted");
            }
        };
        GenerateRequest request = new GenerateRequest("report-1", 1, parameters, input, Context.root(), progress);
        Future<GeneratedContent> asked = fixture.ask(type, request, Duration.ofSeconds(60));

        assertThat(GeneratorFixture.failure(asked)).hasMessage("generator '" + type + "' was cancelled");

        assertThat(calls).hasValue(2);
        SpanData span = fixture.spans().get(0);
        assertThat(span.getAttributes().get(AttributeKey.stringKey("error.type")))
                .isEqualTo("cancelled");
        assertThat(span.getEvents()).isEmpty();
    }
}
