package io.redistributed.api;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/**
 * One client of a topic, as {@code text/event-stream}. It holds the number of the last event that was sent and nothing
 * else: while the client's socket is full nothing is written, and then what is the newest. Used on the request's context,
 * but for {@link #wake}.
 */
final class EventStream {

    /** Less than any proxy's patience, and than our own with a silent connection. */
    private static final long HEARTBEAT_MILLIS = 15_000;

    private static final Buffer HEARTBEAT = Buffer.buffer(":\n\n");

    /** How long a client is to wait before it comes back. */
    private static final Buffer RETRY = Buffer.buffer("retry: 1000\n\n");

    private final Context context;
    private final HttpServerResponse response;
    private final EventTopic topic;
    private String lastEventId;
    private long heartbeat;
    private long seen;
    private boolean closed;

    /** @param lastEventId of the last event that the client has seen, or null */
    EventStream(Vertx vertx, HttpServerResponse response, EventTopic topic, String lastEventId) {
        this.context = vertx.getOrCreateContext();
        this.response = response;
        this.topic = topic;
        this.lastEventId = lastEventId;
    }

    /** Begins the answer, and joins the topic. */
    void begin() {
        response.setChunked(true)
                .putHeader("content-type", "text/event-stream")
                .putHeader("cache-control", "no-store")
                // Else the compressor, or a proxy's buffer, would stand between the events and the client.
                .putHeader("content-encoding", "identity")
                .putHeader("x-accel-buffering", "no");
        response.drainHandler(drained -> pump());
        response.write(RETRY);
        heartbeat = context.owner().setPeriodic(HEARTBEAT_MILLIS, due -> heartbeat());
        topic.join(this);
        pump();
    }

    /** There may be something new. From any thread. */
    void wake() {
        context.runOnContext(v -> pump());
    }

    /** Ends the answer. */
    void end() {
        if (!closed && !response.ended()) {
            response.end();
        }
    }

    /** The client has gone, or has got all. */
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
        for (LiveEvent event : topic.after(seen)) {
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
