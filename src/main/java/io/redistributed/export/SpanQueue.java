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
 * Buffers finished spans for the {@link JaegerExporterVerticle}: a bounded queue with many producers and one consumer. Ending a span writes one array slot without a lock; once in 4,096 spans it may wait for another thread to add the next array. A span that finds the queue full, or 2,048 spans and no deployed verticle, is dropped and counted. Unsampled spans are ignored.
 *
 * <p>One queue may serve the tracer providers of several services; the spans keep their own resource. Thread-safe. {@code forceFlush} and {@code shutdown} succeed when every exporter has exported or dropped all spans that have ended so far, and fail after the verticle's {@code flushTimeout}; without a deployed verticle they succeed immediately. The queue stays usable after {@code shutdown}, because other tracer providers may write to it.
 */
public final class SpanQueue implements SpanProcessor {

    /** The default capacity, in spans. */
    public static final int DEFAULT_CAPACITY = 65_536;

    /** The size of the arrays in the queue. */
    private static final int CHUNK = 4_096;

    /** How many spans wait for a consumer that may never come. */
    private static final int UNATTENDED = 2_048;

    /** The value of {@code wakeAt} while no wake-up is armed. */
    private static final long NEVER = Long.MAX_VALUE;

    // Consists of short-lived arrays: G1's write barrier is expensive for references stored in an old array.
    private final MpscChunkedArrayQueue<ReadableSpan> queue;
    private final LongAdder dropped = new LongAdder();

    // The write to wakeAt publishes the other fields to the producers.
    private int wakeSize;
    private Runnable wake = () -> {};
    private final AtomicLong wakeAt = new AtomicLong(NEVER);

    /** Null without a consumer. */
    private volatile Supplier<CompletableResultCode> flush;

    /** @param capacity in spans, at least 1; rounded up to a power of two */
    public SpanQueue(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1: " + capacity);
        }
        int most = Math.max(4, capacity);
        queue = new MpscChunkedArrayQueue<>(Math.min(CHUNK, most / 2), most);
    }

    /**
     * The counts since the creation of the queue, in spans.
     *
     * @param ended sampled spans that ended
     * @param dropped ended spans that found the queue full
     * @param queued ended spans in the queue
     */
    public record Figures(long ended, long dropped, long queued) {

        /** Returns the spans taken by the exporter verticle. */
        long taken() {
            return ended - dropped - queued;
        }
    }

    /** Returns consistent counts: {@code ended} = dropped + queued + taken. All but {@code queued} only grow. */
    public Figures figures() {
        // The order keeps all differences non-negative.
        long droppedNow = dropped.sum();
        long taken = queue.currentConsumerIndex();
        long accepted = queue.currentProducerIndex();
        return new Figures(accepted + droppedNow, droppedNow, accepted - taken);
    }

    /** Returns the capacity in spans. */
    int capacity() {
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
        if (isAbandoned() || !queue.offer(span)) {
            dropped.increment();
            return;
        }
        long due = wakeAt.get();
        if (due != NEVER && queue.currentProducerIndex() >= due && wakeAt.compareAndSet(due, NEVER)) {
            wake.run();
        }
    }

    /** Returns whether there is no consumer and enough spans wait. More would stay in memory as long as the process. */
    private boolean isAbandoned() {
        return flush == null && queue.size() >= UNATTENDED;
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }

    @Override
    public CompletableResultCode forceFlush() {
        Supplier<CompletableResultCode> action = flush;
        return action == null ? CompletableResultCode.ofSuccess() : action.get();
    }

    /** Begins to take spans. {@link #forceFlush()} runs the action, on any thread. */
    void attach(Supplier<CompletableResultCode> onFlush) {
        flush = onFlush;
    }

    void detach() {
        wakeAt.set(NEVER);
        flush = null;
    }

    /**
     * Sets an action that runs once, on the thread that ends a span, when {@code size} spans wait and the queue is
     * {@linkplain #arm() armed}. Called by the consumer, while disarmed.
     */
    void onSize(int size, Runnable action) {
        wakeSize = Math.min(size, queue.capacity());
        wake = action;
    }

    /** Arms the wake-up. Called by the consumer after it has taken a batch. */
    void arm() {
        wakeAt.set(queue.currentConsumerIndex() + wakeSize);
    }

    /** Takes up to {@code limit} spans and returns their number. One consumer at a time. */
    int drain(Consumer<ReadableSpan> consumer, int limit) {
        return queue.drain(consumer::accept, limit);
    }

    /** Returns the number of spans added so far. */
    long accepted() {
        return queue.currentProducerIndex();
    }

    /** Returns the number of spans taken so far. */
    long taken() {
        return queue.currentConsumerIndex();
    }
}
