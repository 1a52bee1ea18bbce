package io.redistributed.queue;

import io.redistributed.pubsub.vertx.Subscription;
import io.redistributed.pubsub.vertx.TracedMessage;
import io.redistributed.pubsub.vertx.TracedSubscriber;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Wakes those who wait for a report of one partition to end. A message names all reports that ended in one call of a script. Its
 * channel is subscribed to only while somebody waits. Used on one event loop.
 */
final class CompletionListener {

    private final Partition partition;
    private final TracedSubscriber subscriber;
    private final Map<String, Set<Listening>> waiting = new HashMap<>();
    /** Null while nobody waits. */
    private Future<Subscription> subscribed;
    /** Of the subscription before: one made earlier would be undone by it. */
    private Future<?> unsubscribed = Future.succeededFuture();

    CompletionListener(Partition partition, TracedSubscriber subscriber) {
        this.partition = partition;
        this.subscriber = subscriber;
        // What was published while the connection was away is lost, and nothing comes after it is closed: all waiters
        // look at
        // their reports.
        subscriber.stateHandler(state -> {
            if (state != TracedSubscriber.State.RECONNECTING) {
                List.copyOf(waiting.keySet()).forEach(this::wake);
            }
        });
    }

    /**
     * Listens for the end of a report.
     *
     * @return completes once the subscription stands; then an end cannot be missed
     */
    Future<Listening> listen(String id) {
        Listening listening = new Listening(id);
        waiting.computeIfAbsent(id, any -> new HashSet<>()).add(listening);
        if (subscribed == null) {
            subscribed = unsubscribed.transform(done -> subscriber.subscribe(partition.endedChannel(), this::ended));
        }
        return subscribed.map(listening).onFailure(cause -> listening.close());
    }

    /** One who listens; to be closed. */
    final class Listening {

        private final String id;
        private Promise<Void> sign = Promise.promise();

        private Listening(String id) {
            this.id = id;
        }

        /** Completes at the next sign that the report may have ended. */
        Future<Void> sign() {
            sign = Promise.promise();
            return sign.future();
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
            wake(id);
        }
        return Future.succeededFuture();
    }

    private void wake(String id) {
        List.copyOf(waiting.getOrDefault(id, Set.of())).forEach(one -> one.sign.tryComplete());
    }
}
