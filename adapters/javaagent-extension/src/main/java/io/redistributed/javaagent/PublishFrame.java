package io.redistributed.javaagent;

import io.opentelemetry.context.Scope;
import io.redistributed.pubsub.PublishOperation;

/**
 * One call of a client's {@code publish} on its thread. The span starts with the call or, where only the client can encode
 * the message, after that; it is current until the call returns. No other scope may be opened between the two, as those of
 * the agent's own hooks would then close in the wrong order.
 */
public final class PublishFrame {

    private static final ThreadLocal<PublishFrame> CURRENT = new ThreadLocal<>();

    private final String channel;
    private PublishOperation operation;
    private Scope scope;
    private boolean sent;

    private PublishFrame(String channel) {
        this.channel = channel;
    }

    /** Opens a frame; null if the call is within another one. */
    public static PublishFrame open(String channel) {
        if (isOpen()) {
            return null;
        }
        PublishFrame frame = new PublishFrame(channel);
        CURRENT.set(frame);
        return frame;
    }

    /** Whether this thread is within a frame. */
    public static boolean isOpen() {
        return CURRENT.get() != null;
    }

    /** The frame of this thread whose span has not started; null if there is none. */
    public static PublishFrame pending() {
        PublishFrame frame = CURRENT.get();
        return frame == null || frame.operation != null ? null : frame;
    }

    /** The operation that this thread's frame started; null if there is none. */
    public static PublishOperation started() {
        PublishFrame frame = CURRENT.get();
        return frame == null ? null : frame.operation;
    }

    /** What it was opened with. */
    public String channel() {
        return channel;
    }

    /** Starts the span of the frame and makes it current. */
    public PublishOperation start(AgentTelemetry telemetry, String name, byte[] body) {
        PublishOperation started = telemetry.startPublish(name, body);
        scope = started.makeCurrent();
        operation = started;
        return started;
    }

    /** Whether the message of this thread's frame has a header and was not sent yet. */
    public static boolean isWaiting() {
        PublishFrame frame = CURRENT.get();
        return frame != null && frame.operation != null && !frame.sent && frame.operation.header().length > 0;
    }

    /** The message to send in the place of its body, once; null to leave that. */
    public static byte[] message() {
        if (!isWaiting()) {
            return null;
        }
        PublishFrame frame = CURRENT.get();
        frame.sent = true;
        return frame.operation.message();
    }

    /** Closes the frame, and returns the operation if one was started, else null. */
    public static PublishOperation close(PublishFrame frame, Throwable thrown) {
        if (frame == null) {
            return null;
        }
        CURRENT.remove();
        if (frame.operation == null) {
            return null;
        }
        frame.scope.close();
        if (thrown != null) {
            frame.operation.fail(thrown);
        }
        return frame.operation;
    }
}
