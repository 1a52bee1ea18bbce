package io.redistributed.api.events;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Predicate;

/**
 * Sends a topic to one client as {@code text/event-stream}. Holds only the number of the last event sent: nothing is
 * written while the client's socket is full, and the latest state afterwards. Used on the request's context, except
 * {@link #wake}.
 */
final class EventStream {

    /** Shorter than the idle timeouts of common proxies and of this server. */
    private static final long HEARTBEAT_MILLIS = 15_000;

    private static final Buffer HEARTBEAT = Buffer.buffer(":\n\n");

    /** Reconnect delay of the client. */
    private static final Buffer RETRY = Buffer.buffer("retry: 1000\n\n");

    private final Context context;
    private final HttpServerResponse response;
    private final EventTopic topic;
    private final Predicate<String> visible;
    private String lastEventId;
    private long heartbeat;
    private long seen;
    private boolean closed;

    /**
     * @param visible whether the client may know of a subject of the topic
     * @param lastEventId id of the last event that the client received, or null
     */
    EventStream(
            Vertx vertx, HttpServerResponse response, EventTopic topic, Predicate<String> visible, String lastEventId) {
        this.visible = visible;
        this.context = vertx.getOrCreateContext();
        this.response = response;
        this.topic = topic;
        this.lastEventId = lastEventId;
    }

    /** Starts the response and joins the topic. */
    void begin() {
        response.setChunked(true)
                .putHeader("content-type", "text/event-stream")
                .putHeader("cache-control", "no-store")
                // Keeps the compressor and proxies from buffering events.
                .putHeader("content-encoding", "identity")
                .putHeader("x-accel-buffering", "no");
        response.drainHandler(drained -> pump());
        response.write(RETRY);
        heartbeat = context.owner().setPeriodic(HEARTBEAT_MILLIS, due -> heartbeat());
        topic.join(this);
        pump();
    }

    /** Checks for new events. Thread-safe. */
    void wake() {
        context.runOnContext(v -> pump());
    }

    /** Ends the response. */
    void end() {
        if (!closed && !response.ended()) {
            response.end();
        }
    }

    /** Stops writing: the client disconnected, or the response ended. */
    void close() {
        closed = true;
        context.owner().cancelTimer(heartbeat);
    }

    private void pump() {
        if (closed || response.writeQueueFull() || !topic.isFresh()) {
            return;
        }
        if (lastEventId != null) {
            seen = topic.numberOf(lastEventId);
            lastEventId = null;
        }
        boolean isLast = topic.isOver();
        for (LiveEvent event : topic.after(seen, visible)) {
            if (response.writeQueueFull()) {
                return;
            }
            response.write(event.text());
            seen = event.number();
        }
        if (isLast) {
            end();
        }
    }

    private void heartbeat() {
        if (!closed && !response.writeQueueFull()) {
            response.write(HEARTBEAT);
        }
    }
}
