package io.redistributed.api;

import io.redistributed.queue.ReportQueue;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the event streams of this process tell: one topic for the page and one for each report that somebody watches,
 * shared by all instances of the {@link HttpVerticle}. One of them asks Redis for all. Safe to use from any thread.
 */
final class LiveNode implements Shareable {

    /** Each costs a socket, and a browser has six at most. */
    static final int MAX_STREAMS = 256;

    private static final String MAP = "io.redistributed.api.live";

    /**
     * An instance that can ask Redis.
     *
     * @param context without a request, as what is asked for all belongs to no trace
     */
    record Looker(Context context, ReportQueue queue) {}

    private final List<Looker> lookers = new ArrayList<>();
    private final Map<String, LiveTopic> reports = new HashMap<>();
    private final LiveTopic page;
    private int streams;

    private LiveNode(Vertx vertx) {
        page = new LiveTopic(this, new PageLook(vertx));
    }

    static LiveNode of(Vertx vertx) {
        LocalMap<String, LiveNode> map = vertx.sharedData().getLocalMap(MAP);
        return map.computeIfAbsent(MAP, first -> new LiveNode(vertx));
    }

    LiveTopic page() {
        return page;
    }

    synchronized LiveTopic report(String id) {
        // One that is over may be tried again, while a slow client still reads how it ended.
        return reports.compute(
                id, (key, topic) -> topic == null || topic.isOver() ? new LiveTopic(this, new ReportLook(id)) : topic);
    }

    /** @return false if there are as many as may be */
    synchronized boolean enter() {
        if (streams == MAX_STREAMS) {
            return false;
        }
        streams++;
        return true;
    }

    void exit(LiveTopic topic, LiveStream stream) {
        boolean isLast = topic.leave(stream);
        synchronized (this) {
            streams--;
            if (isLast) {
                reports.values().remove(topic);
            }
        }
    }

    /** Whoever asks now; null if nobody can. */
    synchronized Looker looker() {
        return lookers.isEmpty() ? null : lookers.get(0);
    }

    synchronized void add(Looker looker) {
        lookers.add(looker);
    }

    void remove(Looker looker) {
        List<LiveTopic> topics;
        synchronized (this) {
            lookers.remove(looker);
            topics = new ArrayList<>(reports.values());
            topics.add(page);
        }
        topics.forEach(topic -> topic.leave(looker));
    }
}
