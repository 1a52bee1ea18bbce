package io.redistributed.export;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jctools.queues.MpscChunkedArrayQueue;

/**
 * Where finished spans wait for the {@link JaegerExporterVerticle}: a bounded queue of many producers and one consumer.
 * Ending a span costs its thread one slot in an array: no lock, and no wait but once in 4,096 spans, while another thread
 * puts the next array in place. When the queue is full the span is dropped and counted. Unsampled spans are ignored.
 *
 * <p>One queue may serve the tracer providers of several services; the spans keep their own resource. Safe to use from
 * any thread. {@code forceFlush} and {@code shutdown} succeed when every exporter has exported or given up all spans that
 * have ended so far, and fail after the verticle's {@code flushTimeout}; without a deployed verticle there is nobody to
 * wait for and they succeed. After a {@code shutdown} the queue goes on, as others may write to it.
 */
public final class SpanQueue implements SpanProcessor {

    /** The capacity when none is given, in spans. */
    public static final int DEFAULT_CAPACITY = 65_536;

    /** Of the arrays that the queue is made of. */
    private static final int CHUNK = 4_096;

    /** How many spans have been put in when {@code wake} is due, while nobody is to be woken up. */
    private static final long NEVER = Long.MAX_VALUE;

    // Of arrays that come and go: a single one would become old, and G1 has a fence and more for each reference that is
    // written into what is old. 28 ns instead of 40, with four threads on two cores.
    private final MpscChunkedArrayQueue<ReadableSpan> queue;
    private final LongAdder dropped = new LongAdder();

    // The others are published to the producers by the write to wakeAt.
    private int wakeSize;
    private Runnable wake = () -> {};
    private final AtomicLong wakeAt = new AtomicLong(NEVER);

    private volatile Supplier<CompletableResultCode> flush = CompletableResultCode::ofSuccess;

    /** A queue of {@link #DEFAULT_CAPACITY}. */
    public SpanQueue() {
        this(DEFAULT_CAPACITY);
    }

    /** @param capacity in spans, at least 1; rounded up to a power of two */
    public SpanQueue(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1: " + capacity);
        }
        int most = Math.max(4, capacity);
        queue = new MpscChunkedArrayQueue<>(Math.min(CHUNK, most / 2), most);
    }

    /**
     * What went through the queue since its creation, in spans.
     *
     * @param ended sampled spans that ended
     * @param dropped those of them that found the queue full
     * @param queued those of them that wait now
     */
    public record Figures(long ended, long dropped, long queued) {

        /** Spans that the exporter verticle took out. */
        public long taken() {
            return ended - dropped - queued;
        }
    }

    /** One moment: {@code ended} = dropped + queued + taken. Later ones are never less, but for {@code queued}. */
    public Figures figures() {
        // In this order, so that no difference is ever negative.
        long droppedNow = dropped.sum();
        long taken = queue.currentConsumerIndex();
        long accepted = queue.currentProducerIndex();
        return new Figures(accepted + droppedNow, droppedNow, accepted - taken);
    }

    /** In spans. */
    public int capacity() {
        return queue.capacity();
    }

    @Override
    public void onStart(Context parentContext, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
        return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {
        if (!span.getSpanContext().isSampled()) {
            return;
        }
        if (!queue.offer(span)) {
            dropped.increment();
            return;
        }
        long due = wakeAt.get();
        if (due != NEVER && queue.currentProducerIndex() >= due && wakeAt.compareAndSet(due, NEVER)) {
            wake.run();
        }
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }

    @Override
    public CompletableResultCode forceFlush() {
        return flush.get();
    }

    /** What {@link #forceFlush()} does from now on, on whatever thread. */
    void onFlush(Supplier<CompletableResultCode> action) {
        flush = action;
    }

    /**
     * Has {@code action} run once, on the thread that ends a span, when {@code size} spans wait and the queue is
     * {@linkplain #arm() armed}. Called by the consumer, while disarmed.
     */
    void onSize(int size, Runnable action) {
        wakeSize = Math.min(size, queue.capacity());
        wake = action;
    }

    /** Called by the consumer when it has taken all that it wants for now. */
    void arm() {
        wakeAt.set(queue.currentConsumerIndex() + wakeSize);
    }

    void disarm() {
        wakeAt.set(NEVER);
    }

    /** Takes up to {@code limit} spans out; one consumer at a time. Returns how many. */
    int drain(Consumer<ReadableSpan> consumer, int limit) {
        return queue.drain(consumer::accept, limit);
    }

    /** How many spans have been put in so far. */
    long accepted() {
        return queue.currentProducerIndex();
    }

    /** How many spans have been taken out so far. */
    long taken() {
        return queue.currentConsumerIndex();
    }
}
