package io.redistributed.pubsub;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import io.redistributed.pubsub.PublishTracer.Destination;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Represents a message being published: the bytes to send and the PRODUCER span to end. Only the first call that ends
 * the operation has an effect. Safe to use from any thread.
 *
 * <p>On an untraced channel, or within another publish to the same channel, there is no span, no header and no metric.
 * Callers treat both alike.
 *
 * @since 0.1.0
 */
public final class PublishOperation {

    private static final ContextKey<PublishOperation> UNDER_WAY = ContextKey.named("redistributed-publish");
    private static final AtomicIntegerFieldUpdater<PublishOperation> ENDED =
            AtomicIntegerFieldUpdater.newUpdater(PublishOperation.class, "ended");

    private static final double NANOS = 1e-9;

    private final @Nullable PublishTracer tracer;
    private final @Nullable Destination destination;
    private final String channel;
    private final Context context;
    private final Span span;
    private final byte[] header;
    private final @Nullable ByteBuffer body;
    private final long startedNanos = System.nanoTime();
    private volatile int ended;

    PublishOperation(
            @Nullable PublishTracer tracer,
            @Nullable Destination destination,
            String channel,
            Context context,
            Span span,
            byte[] header,
            @Nullable ByteBuffer body) {
        this.tracer = tracer;
        this.destination = destination;
        this.channel = channel;
        this.context = context;
        this.span = span;
        this.header = header;
        this.body = body;
    }

    /** Returns whether {@code context} belongs to a running publish to the channel. */
    static boolean isUnderWay(Context context, String channel) {
        PublishOperation outer = context.get(UNDER_WAY);
        return outer != null && outer.ended == 0 && outer.channel.equals(channel);
    }

    /** {@return the context of the PRODUCER span; the caller's context if there is no span} */
    public Context context() {
        return context;
    }

    /**
     * Makes the span current and suppresses other tracing of the same call on this thread. Keep the scope open while
     * the client's publish is called.
     *
     * @return a scope to close on this thread
     */
    public Scope makeCurrent() {
        return context.with(UNDER_WAY, this).makeCurrent();
    }

    /** {@return the header to send before the body; do not modify it; empty if there is none} */
    public byte[] header() {
        return header;
    }

    /**
     * Returns the bytes to publish.
     *
     * @return header and body in a new array; the caller's array if there is no header and the array is the whole body
     * @throws IllegalStateException if the operation was started with only the size of the body
     */
    public byte[] message() {
        if (body == null) {
            throw new IllegalStateException(
                    "the body is not available: the operation was started with only its size; use header()");
        }
        if (header.length == 0 && body.hasArray() && body.array().length == body.limit()) {
            return body.array();
        }
        byte[] message = new byte[header.length + body.limit()];
        System.arraycopy(header, 0, message, 0, header.length);
        body.get(0, message, header.length, body.limit());
        return message;
    }

    /** Ends the operation as successful. */
    public void end() {
        if (ENDED.compareAndSet(this, 0, 1)) {
            finish(Attributes.empty());
        }
    }

    /**
     * Ends the operation as successful.
     *
     * @param receivers number of receivers, the reply of {@code PUBLISH}
     */
    public void end(long receivers) {
        if (ENDED.compareAndSet(this, 0, 1)) {
            span.setAttribute(MessagingAttributes.RECEIVERS, receivers);
            finish(Attributes.empty());
        }
    }

    /**
     * Ends the operation as failed. The message may have been published.
     *
     * @param failure error to record on the span
     */
    public void fail(Throwable failure) {
        if (ENDED.compareAndSet(this, 0, 1)) {
            if (tracer == null) {
                return;
            }
            Throwable cause = ErrorTypes.unwrap(Objects.requireNonNull(failure, "failure"));
            span.setStatus(StatusCode.ERROR, cause.getMessage() == null ? "" : cause.getMessage());
            finish(Attributes.of(MessagingAttributes.ERROR_TYPE, tracer.errorType(cause)));
        }
    }

    /** Ends the operation with the outcome of a client's call or stage. */
    void end(@Nullable Object result, @Nullable Throwable failure) {
        if (failure != null) {
            fail(failure);
        } else if (result instanceof Number receivers) {
            end(receivers.longValue());
        } else {
            end();
        }
    }

    private void finish(Attributes outcome) {
        if (tracer != null && destination != null) {
            tracer.record(destination, outcome, (System.nanoTime() - startedNanos) * NANOS, context);
            span.setAllAttributes(outcome).end();
        }
    }
}
