package io.redistributed.queue;

import io.redistributed.pubsub.vertx.Subscription;
import io.redistributed.pubsub.vertx.TracedSubscriber;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Wakes those who wait for a report of one partition to end. Only while somebody waits is its channel subscribed to, so that nobody else
 * pays for the message. Used on one event loop.
 */
final class CompletionListener {

    private final Partition partition;
    private final TracedSubscriber subscriber;
    private final Map<String, Waiters> waiting = new HashMap<>();

    CompletionListener(Partition partition, TracedSubscriber subscriber) {
        this.partition = partition;
        this.subscriber = subscriber;
        // What was published while the connection was away is lost, and nothing comes after it is closed: let everyone
        // look for himself.
        subscriber.stateHandler(state -> {
            if (state != TracedSubscriber.State.RECONNECTING) {
                List.copyOf(waiting.values()).forEach(Waiters::wake);
            }
        });
    }

    /**
     * Listens for the end of a report.
     *
     * @return completes once the subscription stands; then an end cannot be missed
     */
    Future<Listening> listen(String id) {
        Waiters known = waiting.get(id);
        if (known != null && known.closed != null) {
            // A subscription made before Redis has confirmed the end of the one before would be undone by it.
            return known.closed.transform(done -> listen(id));
        }
        Waiters waiters = waiting.computeIfAbsent(id, Waiters::new);
        Listening listening = new Listening(waiters);
        waiters.listening.add(listening);
        return waiters.subscribed.map(listening).onFailure(cause -> listening.close());
    }

    /** One who listens; to be closed. */
    static final class Listening {

        private final Waiters waiters;
        private Promise<Void> sign = Promise.promise();

        private Listening(Waiters waiters) {
            this.waiters = waiters;
        }

        /** Completes at the next sign that the report may have ended. */
        Future<Void> sign() {
            sign = Promise.promise();
            return sign.future();
        }

        void close() {
            waiters.leave(this);
        }
    }

    private final class Waiters {

        private final String id;
        private final Future<Subscription> subscribed;
        private final Set<Listening> listening = new HashSet<>();
        private Future<Void> closed;

        private Waiters(String id) {
            this.id = id;
            this.subscribed = subscriber.subscribe(partition.endedChannel(id), message -> {
                wake();
                return Future.succeededFuture();
            });
        }

        private void wake() {
            List.copyOf(listening).forEach(one -> one.sign.tryComplete());
        }

        private void leave(Listening one) {
            if (listening.remove(one) && listening.isEmpty()) {
                closed = subscribed.compose(Subscription::close).onComplete(done -> waiting.remove(id, this));
            }
        }
    }
}
