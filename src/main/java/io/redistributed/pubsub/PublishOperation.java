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
 * One message being published: what to send, and the PRODUCER span to end. The first call that ends it counts, later ones
 * do nothing. Safe to use from any thread.
 *
 * <p>Of a channel that is not traced, or within another publish to the same channel, there is no span, the header is empty
 * and nothing is counted; callers need not tell the difference.
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

    /** Whether {@code context} is within a publish to the channel that has not ended. */
    static boolean isUnderWay(Context context, String channel) {
        PublishOperation outer = context.get(UNDER_WAY);
        return outer != null && outer.ended == 0 && outer.channel.equals(channel);
    }

    /** {@return the context of the PRODUCER span, for calls made on its behalf; the caller's if there is no span} */
    public Context context() {
        return context;
    }

    /**
     * Makes the span current, and other tracing of the same call on this thread leave the message to this one. Hold the
     * scope while the client's publish is called.
     *
     * @return to be closed on this thread
     */
    public Scope makeCurrent() {
        return context.with(UNDER_WAY, this).makeCurrent();
    }

    /** {@return the bytes to put in front of the body, not to be changed; empty if nothing is to be written} */
    public byte[] header() {
        return header;
    }

    /**
     * The bytes to publish.
     *
     * @return header and body in a new array; the caller's own array if there is no header and it was the whole body
     * @throws IllegalStateException if the operation was started without the body
     */
    public byte[] message() {
        if (body == null) {
            throw new IllegalStateException("the publish was started with the size of its body alone");
        }
        if (header.length == 0 && body.hasArray() && body.array().length == body.limit()) {
            return body.array();
        }
        byte[] message = new byte[header.length + body.limit()];
        System.arraycopy(header, 0, message, 0, header.length);
        body.get(0, message, header.length, body.limit());
        return message;
    }

    /** Ends the span of a message that Redis took. */
    public void end() {
        if (ENDED.compareAndSet(this, 0, 1)) {
            finish(Attributes.empty());
        }
    }

    /**
     * Ends the span of a message that Redis took.
     *
     * @param receivers the reply of {@code PUBLISH}
     */
    public void end(long receivers) {
        if (ENDED.compareAndSet(this, 0, 1)) {
            span.setAttribute(MessagingAttributes.RECEIVERS, receivers);
            finish(Attributes.empty());
        }
    }

    /**
     * Ends the span of a message that was not published, as far as is known.
     *
     * @param failure why, for the status of the span
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

    /** As a client's call or stage ends it. */
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
