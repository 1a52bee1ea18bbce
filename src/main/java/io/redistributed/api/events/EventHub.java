package io.redistributed.api.events;

import io.redistributed.api.HttpVerticle;
import io.redistributed.queue.ReportQueue;
import io.redistributed.vertx.internal.NodeContext;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The topics of this process's event streams: one for the page and one for each watched report. Shared by all instances
 * of {@link HttpVerticle}, of which one polls Redis for all. Thread-safe.
 */
final class EventHub {

    /** Each stream costs a socket; a browser opens at most six. */
    static final int MAX_STREAMS = 256;

    /**
     * An instance that can poll Redis.
     *
     * @param context without a request, as shared polls belong to no trace
     */
    record QueueAccess(Context context, ReportQueue queue) {}

    private final List<QueueAccess> accesses = new ArrayList<>();
    private final Map<String, EventTopic> reports = new HashMap<>();
    private final EventTopic page;
    private int streams;

    private EventHub(Vertx vertx) {
        page = new EventTopic(this, new PagePoller(vertx));
    }

    static EventHub of(Vertx vertx) {
        return NodeContext.of(vertx).get(EventHub.class, () -> new EventHub(vertx));
    }

    EventTopic page() {
        return page;
    }

    synchronized EventTopic report(String id) {
        // A finished report may be retried while a slow client still reads its last state.
        return reports.compute(
                id,
                (key, topic) -> topic == null || topic.isOver() ? new EventTopic(this, new ReportPoller(id)) : topic);
    }

    /** @return false if the limit of streams is reached */
    synchronized boolean enter() {
        if (streams == MAX_STREAMS) {
            return false;
        }
        streams++;
        return true;
    }

    void exit(EventTopic topic, EventStream stream) {
        boolean isLast = topic.leave(stream);
        synchronized (this) {
            streams--;
            if (isLast) {
                reports.values().remove(topic);
            }
        }
    }

    /** Returns the instance that polls, or null if there is none. */
    synchronized QueueAccess access() {
        return accesses.isEmpty() ? null : accesses.get(0);
    }

    synchronized void add(QueueAccess access) {
        accesses.add(access);
    }

    void remove(QueueAccess access) {
        List<EventTopic> topics;
        synchronized (this) {
            accesses.remove(access);
            topics = new ArrayList<>(reports.values());
            topics.add(page);
        }
        topics.forEach(topic -> topic.leave(access));
    }
}
