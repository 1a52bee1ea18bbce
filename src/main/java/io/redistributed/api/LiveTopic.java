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
final class LiveTopic {

    /** Asks for what is new and puts it into the topic. Called on the context of the queue. */
    interface Look {

        /** @return when to look again, in ms, or {@link #OVER} */
        Future<Long> at(ReportQueue queue, LiveTopic topic);
    }

    /** Nothing will change any more. */
    static final long OVER = -1;

    private static final long AFTER_FAILURE_MILLIS = 1000;
    private static final String TROUBLE = "trouble";

    private final LiveNode node;
    private final Look look;

    /** Numbers of another process, or of a topic before this one, mean nothing here. */
    private final String epoch = Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), Character.MAX_RADIX);

    private final Map<String, LiveEvent> latest = new HashMap<>();
    private final Set<LiveStream> streams = new HashSet<>();
    private long number;
    private LiveNode.Looker looker;
    private boolean fresh;
    private volatile boolean over;

    LiveTopic(LiveNode node, Look look) {
        this.node = node;
        this.look = look;
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

    synchronized void join(LiveStream stream) {
        streams.add(stream);
        if (looker == null && !over) {
            start();
        }
    }

    /** @return whether nobody is left */
    synchronized boolean leave(LiveStream stream) {
        streams.remove(stream);
        return streams.isEmpty();
    }

    /** That instance stops: let another one ask. */
    synchronized void leave(LiveNode.Looker leaving) {
        if (looker == leaving) {
            start();
        }
    }

    private void start() {
        looker = node.looker();
        fresh = false;
        if (looker != null) {
            LiveNode.Looker asking = looker;
            asking.context().runOnContext(v -> ask(asking));
        }
    }

    private void ask(LiveNode.Looker asking) {
        if (isStopped(asking)) {
            return;
        }
        look.at(asking.queue(), this).onComplete(asked -> asked(asking, asked));
    }

    private synchronized boolean isStopped(LiveNode.Looker asking) {
        if (looker == asking && streams.isEmpty()) {
            looker = null;
            fresh = false;
        }
        return looker != asking;
    }

    private void asked(LiveNode.Looker asking, AsyncResult<Long> asked) {
        List<LiveStream> told;
        synchronized (this) {
            if (looker != asking) {
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
        told.forEach(LiveStream::wake);
        if (!isOver()) {
            Vertx vertx = asking.context().owner();
            vertx.setTimer(asked.succeeded() ? asked.result() : AFTER_FAILURE_MILLIS, due -> ask(asking));
        }
    }
}
