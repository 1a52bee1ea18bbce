package io.redistributed.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpanQueueTest {

    private static final int PRODUCERS = 4;
    private static final int SPANS_EACH = 50_000;

    @Test
    void spansOfFourProducersAreQueuedOrDropped() {
        SpanQueue queue = new SpanQueue(1024);

        produce(queue).join();

        assertThat(queue.figures()).isEqualTo(new SpanQueue.Figures(200_000, 200_000 - 1024, 1024));
    }

    @Test
    void spansOfFourProducersAreTakenOnceOrDropped() {
        SpanQueue queue = new SpanQueue(1024);
        Set<String> taken = new HashSet<>();
        long count = 0;

        CompletableFuture<Void> producing = produce(queue);
        while (!producing.isDone()) {
            count += queue.drain(span -> taken.add(span.getSpanContext().getSpanId()), 512);
            SpanQueue.Figures figures = queue.figures();
            assertThat(figures.queued()).isBetween(0L, 1024L);
            assertThat(figures.taken()).isEqualTo(count);
        }
        producing.join();
        count += queue.drain(span -> taken.add(span.getSpanContext().getSpanId()), 1024);

        SpanQueue.Figures figures = queue.figures();
        assertThat(taken).hasSize((int) count);
        assertThat(count + figures.dropped()).isEqualTo(PRODUCERS * SPANS_EACH);
        assertThat(figures.ended()).isEqualTo(PRODUCERS * SPANS_EACH);
        assertThat(figures.queued()).isZero();
    }

    @Test
    void ignoresUnsampledSpans() {
        SpanQueue queue = new SpanQueue(SpanQueue.DEFAULT_CAPACITY);
        Sampler recordOnly = new Sampler() {
            @Override
            public SamplingResult shouldSample(
                    Context parent,
                    String traceId,
                    String name,
                    SpanKind kind,
                    Attributes attributes,
                    List<LinkData> links) {
                return SamplingResult.recordOnly();
            }

            @Override
            public String getDescription() {
                return "record only";
            }
        };
        try (SdkTracerProvider provider = SdkTracerProvider.builder()
                .setSampler(recordOnly)
                .addSpanProcessor(queue)
                .build()) {
            provider.get("test").spanBuilder("unsampled").startSpan().end();
        }

        assertThat(queue.figures()).isEqualTo(new SpanQueue.Figures(0, 0, 0));
    }

    @Test
    void keepsFewSpansWithoutConsumer() {
        SpanQueue queue = new SpanQueue(SpanQueue.DEFAULT_CAPACITY);
        try (SdkTracerProvider provider =
                SdkTracerProvider.builder().addSpanProcessor(queue).build()) {
            Tracer tracer = provider.get("test");

            endSpans(tracer, 3_000);
            assertThat(queue.figures()).isEqualTo(new SpanQueue.Figures(3_000, 952, 2_048));

            queue.attach(CompletableResultCode::ofSuccess);
            endSpans(tracer, 3_000);
            assertThat(queue.figures()).isEqualTo(new SpanQueue.Figures(6_000, 952, 5_048));
        }
    }

    @Test
    void wakesConsumerOnceWhenArmed() {
        SpanQueue queue = new SpanQueue(SpanQueue.DEFAULT_CAPACITY);
        AtomicInteger woken = new AtomicInteger();
        try (SdkTracerProvider provider =
                SdkTracerProvider.builder().addSpanProcessor(queue).build()) {
            Tracer tracer = provider.get("test");
            queue.onSize(3, woken::incrementAndGet);

            endSpans(tracer, 3);
            assertThat(woken).hasValue(0);

            queue.arm();
            endSpans(tracer, 2);
            assertThat(woken).hasValue(1);

            queue.drain(span -> {}, 10);
            queue.arm();
            endSpans(tracer, 2);
            assertThat(woken).hasValue(1);
            endSpans(tracer, 1);
            assertThat(woken).hasValue(2);
        }
    }

    @Test
    void roundsCapacityUpToPowerOfTwo() {
        assertThat(new SpanQueue(1000).capacity()).isEqualTo(1024);
        assertThat(new SpanQueue(SpanQueue.DEFAULT_CAPACITY).capacity()).isEqualTo(65_536);
        assertThatThrownBy(() -> new SpanQueue(0)).hasMessageContaining("at least 1: 0");
    }

    private static CompletableFuture<Void> produce(SpanQueue queue) {
        ExecutorService threads = Executors.newFixedThreadPool(PRODUCERS);
        SdkTracerProvider provider =
                SdkTracerProvider.builder().addSpanProcessor(queue).build();
        return CompletableFuture.allOf(IntStream.range(0, PRODUCERS)
                        .mapToObj(i ->
                                CompletableFuture.runAsync(() -> endSpans(provider.get("test"), SPANS_EACH), threads))
                        .toArray(CompletableFuture<?>[]::new))
                .whenComplete((done, failure) -> {
                    provider.close();
                    threads.shutdown();
                });
    }

    private static void endSpans(Tracer tracer, int count) {
        for (int i = 0; i < count; i++) {
            tracer.spanBuilder("span").startSpan().end();
        }
    }
}
