package io.redistributed.export;

import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.CompilerControl;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * What the end of a span costs the thread that ends it, beside OpenTelemetry's own processor. Each iteration is one burst
 * of each thread, which the queue has room for, and the queue is emptied before the next: threads that end spans for
 * seconds on end outrun any consumer, and what is measured then is mostly how spans are dropped.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 20)
@Measurement(iterations = 40)
@Fork(3)
public class SpanQueueBenchmark {

    /** Four of them just fit into the queue. */
    private static final int BURST = Contender.CAPACITY / 4;

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

    /** What the consumer does during the burst. */
    public enum Situation {
        /** It takes the spans out as they come, and is woken up for them: nothing is dropped. */
        KEEPING_UP,
        /** It is busy, as {@code BatchSpanProcessor} is during an export, and the queue has room: nothing is dropped. */
        CONSUMER_BUSY,
        /** It is busy, and the queue is full: everything is dropped. */
        OVERLOAD
    }

    /** Who is compared. */
    public enum Processor {
        SPAN_QUEUE,
        BATCH_SPAN_PROCESSOR,
        /** With metrics, without which it does not count what it drops. */
        BATCH_SPAN_PROCESSOR_COUNTING
    }

    @Param
    Situation situation;

    @Param
    Processor processor;

    private final SdkMeterProvider meters = SdkMeterProvider.builder()
            .registerMetricReader(InMemoryMetricReader.create())
            .build();

    private final AtomicInteger arrived = new AtomicInteger();
    private Contender contender;
    private SpanProcessor ends;
    private ReadableSpan span;
    private long toConsume;

    @Setup
    public void start() {
        span = (ReadableSpan) SdkTracerProvider.builder()
                .build()
                .get("benchmark")
                .spanBuilder("process reports")
                .startSpan();
        contender = switch (processor) {
            case SPAN_QUEUE -> new SpanQueueContender();
            case BATCH_SPAN_PROCESSOR -> new BatchSpanProcessorContender(MeterProvider.noop());
            case BATCH_SPAN_PROCESSOR_COUNTING -> new BatchSpanProcessorContender(meters);
        };
        ends = contender.processor();
        // The queue becomes old, as in a service: then G1 has its part in each write to it.
        System.gc();
    }

    @Setup(Level.Iteration)
    public void arrange(BenchmarkParams params) throws InterruptedException {
        toConsume = contender.consumed();
        if (situation != Situation.KEEPING_UP) {
            toConsume += contender.hold(span);
        }
        if (situation == Situation.OVERLOAD) {
            for (int i = 0; i < Contender.CAPACITY; i++) {
                ends.onEnd(span);
            }
            toConsume += Contender.CAPACITY;
        } else {
            toConsume += (long) params.getThreads() * BURST;
        }
    }

    @TearDown(Level.Iteration)
    public void drain() {
        contender.release();
        long deadline = System.nanoTime() + PATIENCE;
        while (contender.consumed() != toConsume) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(contender.consumed() + " spans consumed, not " + toConsume);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    @TearDown
    public void stop() throws InterruptedException {
        contender.close();
        meters.close();
    }

    /** Has the threads begin together, as an iteration is short. */
    @State(Scope.Thread)
    public static class Start {

        @Setup(Level.Invocation)
        public void together(SpanQueueBenchmark benchmark, BenchmarkParams params) {
            int arrived = benchmark.arrived.incrementAndGet();
            int last = (arrived + params.getThreads() - 1) / params.getThreads() * params.getThreads();
            while (benchmark.arrived.get() < last) {
                Thread.yield();
            }
        }
    }

    @Benchmark
    @Threads(1)
    @OperationsPerInvocation(BURST)
    public void onEndByOneThread(Start start) {
        burst();
    }

    @Benchmark
    @Threads(4)
    @OperationsPerInvocation(BURST)
    public void onEndByFourThreads(Start start) {
        burst();
    }

    private void burst() {
        for (int i = 0; i < BURST; i += Contender.BATCH) {
            endBatch();
        }
    }

    /** Called often, so that it is compiled as in a service, and not while it runs. */
    @CompilerControl(CompilerControl.Mode.DONT_INLINE)
    private void endBatch() {
        for (int i = 0; i < Contender.BATCH; i++) {
            ends.onEnd(span);
        }
    }
}
