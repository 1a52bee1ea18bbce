package io.redistributed.queue;

import io.redistributed.pubsub.vertx.Subscription;
import io.redistributed.pubsub.vertx.TracedMessage;
import io.redistributed.pubsub.vertx.TracedSubscriber;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Notifies waiting callers when a report of one partition may have ended. A message names all reports that ended in one
 * call of a script. The channel is subscribed only while callers wait. Used on one event loop.
 */
final class CompletionListener {

    private static final long RETRY_MILLIS = 1_000;

    private final Vertx vertx;
    private final Partition partition;
    private final TracedSubscriber subscriber;
    private final Map<String, Set<Listening>> waiting = new HashMap<>();
    private Consumer<String> always = id -> {};
    /** Null while no caller waits. */
    private Future<Subscription> subscribed;
    /** Completes when the previous subscription is closed, which would undo one made earlier. */
    private Future<?> unsubscribed = Future.succeededFuture();

    CompletionListener(Vertx vertx, Partition partition, TracedSubscriber subscriber) {
        this.vertx = vertx;
        this.partition = partition;
        this.subscriber = subscriber;
        // Messages published while disconnected are lost, and none arrive after close: all callers read their reports.
        subscriber.stateHandler(state -> {
            if (state != TracedSubscriber.State.RECONNECTING) {
                List.copyOf(waiting.keySet()).forEach(this::wake);
            }
        });
    }

    /**
     * Listens for the end of a report.
     *
     * @return completes when subscribed, after which no end is missed
     */
    Future<Listening> listen(String id) {
        Listening listening = new Listening(id);
        waiting.computeIfAbsent(id, any -> new HashSet<>()).add(listening);
        if (subscribed == null) {
            subscribed = unsubscribed.transform(done -> subscriber.subscribe(partition.endedChannel(), this::ended));
        }
        return subscribed.map(listening).onFailure(cause -> listening.close());
    }

    /** Stays subscribed from now on, and calls the listener with the id of each report that ends. */
    void onEnded(Consumer<String> listener) {
        always = listener;
        // Counts as a caller that never stops waiting.
        listen("").onFailure(cause -> {
            if (subscriber.state() != TracedSubscriber.State.CLOSED) {
                vertx.setTimer(RETRY_MILLIS, due -> onEnded(listener));
            }
        });
    }

    /** Represents one waiting caller, which must close it. */
    final class Listening {

        private final String id;
        private Promise<Void> notification = Promise.promise();

        private Listening(String id) {
            this.id = id;
        }

        /** Completes when the report may have ended. */
        Future<Void> next() {
            notification = Promise.promise();
            return notification.future();
        }

        void close() {
            Set<Listening> same = waiting.getOrDefault(id, Set.of());
            if (same.remove(this) && same.isEmpty()) {
                waiting.remove(id);
                if (waiting.isEmpty()) {
                    unsubscribed = subscribed.compose(Subscription::close);
                    subscribed = null;
                }
            }
        }
    }

    private Future<Void> ended(TracedMessage message) {
        for (String id : message.body().toString().split(" ")) {
            always.accept(id);
            wake(id);
        }
        return Future.succeededFuture();
    }

    private void wake(String id) {
        List.copyOf(waiting.getOrDefault(id, Set.of())).forEach(listening -> listening.notification.tryComplete());
    }
}
