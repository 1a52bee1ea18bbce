package io.redistributed.pubsub;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import io.redistributed.context.DecodedMessage;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Represents a message in its handler: the context and the CONSUMER span to end. Only the first call that ends the
 * operation has an effect. Safe to use from any thread.
 *
 * <p>On an untraced channel, or within another process operation of the same channel, there is no span and no metric.
 * Callers treat both alike.
 *
 * @since 0.1.0
 */
public final class ProcessOperation {

    private static final ContextKey<ProcessOperation> UNDER_WAY = ContextKey.named("redistributed-process");
    private static final AtomicIntegerFieldUpdater<ProcessOperation> ENDED =
            AtomicIntegerFieldUpdater.newUpdater(ProcessOperation.class, "ended");

    private static final double NANOS = 1e-9;

    private final @Nullable ProcessTracer tracer;
    private final String channel;
    private final DecodedMessage message;
    private final Context context;
    private final Span span;
    private final Attributes attributes;
    private final long startedNanos = System.nanoTime();
    private volatile int ended;

    ProcessOperation(
            @Nullable ProcessTracer tracer,
            String channel,
            DecodedMessage message,
            Context context,
            Span span,
            Attributes attributes) {
        this.tracer = tracer;
        this.channel = channel;
        this.message = message;
        this.context = context;
        this.span = span;
        this.attributes = attributes;
    }

    /** Returns whether {@code context} belongs to a running handler of the channel. */
    static boolean isUnderWay(Context context, String channel) {
        ProcessOperation outer = context.get(UNDER_WAY);
        return outer != null && outer.ended == 0 && outer.channel.equals(channel);
    }

    /** {@return the message} */
    public DecodedMessage message() {
        return message;
    }

    /**
     * {@return the context of the CONSUMER span; without a span, the context that the channel's policy propagates from the sender}
     */
    public Context context() {
        return context;
    }

    /**
     * Makes the span current and suppresses other tracing of the same message on this thread. Keep the scope open while
     * the handler is called.
     *
     * @return a scope to close on this thread
     */
    public Scope makeCurrent() {
        return context.with(UNDER_WAY, this).makeCurrent();
    }

    /** Ends the operation as successful. */
    public void end() {
        if (ENDED.compareAndSet(this, 0, 1)) {
            finish("");
        }
    }

    /**
     * Ends the operation as failed.
     *
     * @param failure error to record on the span
     */
    public void fail(Throwable failure) {
        if (ENDED.compareAndSet(this, 0, 1) && tracer != null) {
            Throwable cause = ErrorTypes.unwrap(Objects.requireNonNull(failure, "failure"));
            String type = tracer.errorType(cause);
            span.setStatus(StatusCode.ERROR, cause.getMessage() == null ? "" : cause.getMessage())
                    .setAttribute(MessagingAttributes.ERROR_TYPE, type)
                    .recordException(cause);
            finish(type);
        }
    }

    private void finish(String errorType) {
        if (tracer != null) {
            tracer.record(attributes, errorType, (System.nanoTime() - startedNanos) * NANOS, context);
            span.end();
        }
    }
}
