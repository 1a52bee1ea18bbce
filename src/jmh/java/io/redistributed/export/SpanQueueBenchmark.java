package io.redistributed.export;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the end of a span costs the thread that ends it, beside OpenTelemetry's own processor; both with room for as many
 * spans, and an exporter that takes batches of 512 and throws them away. Nobody produces spans at this rate, so both drop
 * some: the figure is that of the thread, not that of the exporter.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SpanQueueBenchmark {

    private static final int BATCH = 512;

    @Param({"SpanQueue", "BatchSpanProcessor"})
    String processor;

    private SpanProcessor ends;
    private ReadableSpan span;
    private volatile boolean over;
    private Thread consumer;

    @Setup
    public void start() {
        span = (ReadableSpan) SdkTracerProvider.builder()
                .build()
                .get("benchmark")
                .spanBuilder("process reports")
                .startSpan();
        if (processor.equals("SpanQueue")) {
            SpanQueue queue = new SpanQueue();
            consumer = new Thread(() -> consume(queue), "exporter");
            consumer.start();
            ends = queue;
        } else {
            ends = BatchSpanProcessor.builder(new Nowhere())
                    .setMaxQueueSize(SpanQueue.DEFAULT_CAPACITY)
                    .setMaxExportBatchSize(BATCH)
                    .setScheduleDelay(Duration.ofMillis(100))
                    .build();
        }
    }

    @TearDown
    public void stop() throws InterruptedException {
        over = true;
        if (consumer != null) {
            consumer.join();
        }
        ends.shutdown().join(10, TimeUnit.SECONDS);
    }

    @Benchmark
    @Threads(1)
    public void onEndByOneThread() {
        ends.onEnd(span);
    }

    @Benchmark
    @Threads(4)
    public void onEndByFourThreads() {
        ends.onEnd(span);
    }

    private void consume(SpanQueue queue) {
        while (!over) {
            if (queue.drain(ReadableSpan::toSpanData, BATCH) == 0) {
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
            }
        }
    }

    private static final class Nowhere implements SpanExporter {

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
