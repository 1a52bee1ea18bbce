package io.redistributed.api.events;

import io.redistributed.queue.ReportQueue;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/**
 * Holds the latest event for each subject of a stream and no earlier ones, so that memory is bounded with slow clients.
 * One poll serves all clients, and runs only while there are clients. Thread-safe.
 */
final class EventTopic {

    /** Polls for changes and puts them into the topic. Called on the context of the queue. */
    interface Poller {

        /** @return delay until the next poll in ms, or {@link #OVER} */
        Future<Long> poll(ReportQueue queue, EventTopic topic);
    }

    /** Returned by a poller when no further change can come. */
    static final long OVER = -1;

    private static final long AFTER_FAILURE_MILLIS = 1000;
    static final String TROUBLE = "trouble";

    private final EventHub hub;
    private final Poller poller;

    /** Tells event ids of this topic from those of other processes and earlier topics. */
    private final String epoch = Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), Character.MAX_RADIX);

    private final Map<String, LiveEvent> latest = new HashMap<>();
    private final Set<EventStream> streams = new HashSet<>();
    private long number;
    private EventHub.QueueAccess access;
    private boolean fresh;
    private volatile boolean over;

    EventTopic(EventHub hub, Poller poller) {
        this.hub = hub;
        this.poller = poller;
    }

    /** Publishes the new state of a subject, unless it equals the latest. */
    synchronized void put(String subject, String name, JsonObject data) {
        put(subject, epoch + '-' + (number + 1), name, data);
    }

    /** @param id of the event, which a client sends to this or another node when it resumes */
    synchronized void put(String subject, String id, String name, JsonObject data) {
        LiveEvent before = latest.get(subject);
        if (before == null || !before.data().equals(data)) {
            number++;
            latest.put(subject, LiveEvent.of(number, id, name, data));
        }
    }

    /** Removes all other subjects. */
    synchronized void retain(Set<String> subjects) {
        latest.keySet().retainAll(subjects);
    }

    /** Whether the topic has been polled since it last started, and is still being polled. */
    synchronized boolean isFresh() {
        return fresh;
    }

    /**
     * Returns the latest event of each subject that is newer than that number, in order.
     *
     * @param visible whether the client may know of a subject
     */
    synchronized List<LiveEvent> after(long seen, Predicate<String> visible) {
        List<LiveEvent> events = new ArrayList<>();
        latest.forEach((subject, event) -> {
            if (event.number() > seen && visible.test(subject)) {
                events.add(event);
            }
        });
        events.sort(Comparator.comparingLong(LiveEvent::number));
        return events;
    }

    /** Returns the number of the event with that id, or 0 if it is not of this topic. */
    synchronized long numberOf(String id) {
        if (id.matches(epoch + "-\\d{1,18}")) {
            return Math.min(number, Long.parseLong(id, epoch.length() + 1, id.length(), 10));
        }
        return latest.values().stream()
                .filter(event -> event.id().equals(id))
                .mapToLong(LiveEvent::number)
                .findAny()
                .orElse(0);
    }

    /** Whether no further events can come. */
    boolean isOver() {
        return over;
    }

    synchronized void join(EventStream stream) {
        streams.add(stream);
        if (access == null && !over) {
            start();
        }
    }

    /** @return whether that was the last client */
    synchronized boolean leave(EventStream stream) {
        streams.remove(stream);
        return streams.isEmpty();
    }

    /** Moves polling to another instance when this one stops. */
    synchronized void leave(EventHub.QueueAccess leaving) {
        if (access == leaving) {
            start();
        }
    }

    private void start() {
        access = hub.access();
        fresh = false;
        if (access != null) {
            EventHub.QueueAccess polling = access;
            polling.context().runOnContext(v -> poll(polling));
        }
    }

    private void poll(EventHub.QueueAccess polling) {
        if (isStopped(polling)) {
            return;
        }
        poller.poll(polling.queue(), this).onComplete(polled -> polled(polling, polled));
    }

    private synchronized boolean isStopped(EventHub.QueueAccess polling) {
        if (access == polling && streams.isEmpty()) {
            access = null;
            fresh = false;
        }
        return access != polling;
    }

    private void polled(EventHub.QueueAccess polling, AsyncResult<Long> polled) {
        List<EventStream> listeners;
        synchronized (this) {
            if (access != polling) {
                return;
            }
            if (polled.succeeded()) {
                latest.remove(TROUBLE);
            } else {
                put(
                        TROUBLE,
                        TROUBLE,
                        new JsonObject().put("detail", polled.cause().getMessage()));
            }
            fresh = true;
            over = polled.succeeded() && polled.result() == OVER;
            listeners = List.copyOf(streams);
        }
        listeners.forEach(EventStream::wake);
        if (!isOver()) {
            Vertx vertx = polling.context().owner();
            vertx.setTimer(polled.succeeded() ? polled.result() : AFTER_FAILURE_MILLIS, due -> poll(polling));
        }
    }
}
