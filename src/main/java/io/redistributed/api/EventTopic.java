package io.redistributed.api;

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

/**
 * What one kind of stream tells: the latest event about each thing, never those before it, so that it is bounded however
 * slow its clients are. Redis is asked for all clients at once, and only while there is one. Safe to use from any thread.
 */
final class EventTopic {

    /** Asks for what is new and puts it into the topic. Called on the context of the queue. */
    interface Poller {

        /** @return when to look again, in ms, or {@link #OVER} */
        Future<Long> poll(ReportQueue queue, EventTopic topic);
    }

    /** Nothing will change any more. */
    static final long OVER = -1;

    private static final long AFTER_FAILURE_MILLIS = 1000;
    private static final String TROUBLE = "trouble";

    private final EventHub hub;
    private final Poller poller;

    /** Numbers of another process, or of a topic before this one, mean nothing here. */
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

    /** Tells the thing's new state, unless it is what was told last. */
    synchronized void put(String thing, String name, JsonObject data) {
        put(thing, epoch + '-' + (number + 1), name, data);
    }

    /** @param id what a client names to say that it has seen this event; here or from another node */
    synchronized void put(String thing, String id, String name, JsonObject data) {
        LiveEvent before = latest.get(thing);
        if (before == null || !before.data().equals(data)) {
            number++;
            latest.put(thing, LiveEvent.of(number, id, name, data));
        }
    }

    /** Forgets all other things. */
    synchronized void retain(Set<String> things) {
        latest.keySet().retainAll(things);
    }

    /** Whether what is here is of now: Redis was asked, and is asked again and again. */
    synchronized boolean isFresh() {
        return fresh;
    }

    /** The events after that number, in order, each the latest of its thing. */
    synchronized List<LiveEvent> after(long seen) {
        List<LiveEvent> events = new ArrayList<>(latest.values());
        events.removeIf(event -> event.number() <= seen);
        events.sort(Comparator.comparingLong(LiveEvent::number));
        return events;
    }

    /** The number of the event with that id, 0 if there is none or it was not of this topic. */
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

    /** Whether nothing will come after what there is. */
    boolean isOver() {
        return over;
    }

    synchronized void join(EventStream stream) {
        streams.add(stream);
        if (access == null && !over) {
            start();
        }
    }

    /** @return whether nobody is left */
    synchronized boolean leave(EventStream stream) {
        streams.remove(stream);
        return streams.isEmpty();
    }

    /** That instance stops: let another one ask. */
    synchronized void leave(EventHub.QueueAccess leaving) {
        if (access == leaving) {
            start();
        }
    }

    private void start() {
        access = hub.access();
        fresh = false;
        if (access != null) {
            EventHub.QueueAccess asking = access;
            asking.context().runOnContext(v -> ask(asking));
        }
    }

    private void ask(EventHub.QueueAccess asking) {
        if (isStopped(asking)) {
            return;
        }
        poller.poll(asking.queue(), this).onComplete(asked -> asked(asking, asked));
    }

    private synchronized boolean isStopped(EventHub.QueueAccess asking) {
        if (access == asking && streams.isEmpty()) {
            access = null;
            fresh = false;
        }
        return access != asking;
    }

    private void asked(EventHub.QueueAccess asking, AsyncResult<Long> asked) {
        List<EventStream> told;
        synchronized (this) {
            if (access != asking) {
                return;
            }
            if (asked.succeeded()) {
                latest.remove(TROUBLE);
            } else {
                put(
                        TROUBLE,
                        TROUBLE,
                        new JsonObject().put("detail", asked.cause().getMessage()));
            }
            fresh = true;
            over = asked.succeeded() && asked.result() == OVER;
            told = List.copyOf(streams);
        }
        told.forEach(EventStream::wake);
        if (!isOver()) {
            Vertx vertx = asking.context().owner();
            vertx.setTimer(asked.succeeded() ? asked.result() : AFTER_FAILURE_MILLIS, due -> ask(asking));
        }
    }
}
