package io.redistributed.generate;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.redistributed.telemetry.Telemetry;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.tracing.opentelemetry.OpenTelemetryTracingFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/** A traced Vert.x, with generators deployed and called like from a worker. */
final class GeneratorFixture implements AutoCloseable {

    final InMemorySpanExporter spans = InMemorySpanExporter.create();
    final OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .build();
    final Vertx vertx = Vertx.builder()
            .withTracer(new OpenTelemetryTracingFactory(telemetry))
            .build();
    final List<Double> progress = Collections.synchronizedList(new ArrayList<>());
    final Queue<String> services = new ConcurrentLinkedQueue<>();

    GeneratorFixture() {
        new Telemetry(name -> {
                    services.add(name);
                    return telemetry;
                })
                .install(vertx);
    }

    String deploy(Supplier<? extends Deployable> generator) {
        return deploy(generator, new DeploymentOptions());
    }

    String deploy(Supplier<? extends Deployable> generator, DeploymentOptions options) {
        return await(vertx.deployVerticle(generator, options));
    }

    GenerateRequest request(JsonObject parameters, Buffer input, Context context) {
        return new GenerateRequest("report-1", 1, parameters, input, context, progress::add);
    }

    Future<GeneratedContent> ask(String type, JsonObject parameters, Buffer input) {
        return ask(type, request(parameters, input, Context.root()), Duration.ofSeconds(60));
    }

    Future<GeneratedContent> ask(String type, GenerateRequest request, Duration timeout) {
        return Generators.ask(vertx, type, request, timeout, Duration.ofSeconds(60))
                .content();
    }

    GeneratedContent content(String type, JsonObject parameters, Buffer input) {
        return await(ask(type, parameters, input));
    }

    GenerationException failure(String type, JsonObject parameters, Buffer input) {
        return failure(ask(type, parameters, input));
    }

    static GenerationException failure(Future<?> future) {
        return (GenerationException) await(future.<Throwable>map(content -> {
                    throw new AssertionError("succeeded with " + content);
                })
                .recover(Future::succeededFuture));
    }

    List<SpanData> spans() {
        return spans.getFinishedSpanItems();
    }

    void assertProgressRoseTo(double end) {
        assertThat(progress).isNotEmpty().isSorted().allMatch(done -> done >= 0 && done <= 1);
        assertThat(progress).endsWith(end);
    }

    @Override
    public void close() {
        await(vertx.close());
        telemetry.close();
    }
}
