package io.redistributed.queue;

import io.redistributed.pubsub.Subscription;
import io.redistributed.pubsub.TracedSubscriber;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Wakes those who wait for a report to end. Only while somebody waits is its channel subscribed to, so that nobody else
 * pays for the message. Used on one event loop.
 */
final class Endings {

    private final TracedSubscriber subscriber;
    private final Map<String, Waiters> waiting = new HashMap<>();

    Endings(TracedSubscriber subscriber) {
        this.subscriber = subscriber;
        // What was published while the connection was away is lost: let everyone look for himself.
        subscriber.stateHandler(state -> {
            if (state == TracedSubscriber.State.CONNECTED) {
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
        waiters.count++;
        return waiters.subscribed.map(subscription -> new Listening(waiters)).onFailure(cause -> waiters.leave());
    }

    /** One who listens; to be closed. */
    static final class Listening {

        private final Waiters waiters;

        private Listening(Waiters waiters) {
            this.waiters = waiters;
        }

        /** Completes at the next sign that the report may have ended. */
        Future<Void> sign() {
            Promise<Void> sign = Promise.promise();
            waiters.signs.add(sign);
            return sign.future();
        }

        void close() {
            waiters.leave();
        }
    }

    private final class Waiters {

        private final String id;
        private final Future<Subscription> subscribed;
        private final List<Promise<Void>> signs = new ArrayList<>();
        private Future<Void> closed;
        private int count;

        private Waiters(String id) {
            this.id = id;
            this.subscribed = subscriber.subscribe(Lane.endedChannel(id), "ended", message -> {
                wake();
                return Future.succeededFuture();
            });
        }

        private void wake() {
            List<Promise<Void>> woken = List.copyOf(signs);
            signs.clear();
            woken.forEach(Promise::tryComplete);
        }

        private void leave() {
            count--;
            if (count == 0) {
                closed = subscribed.compose(Subscription::close).onComplete(done -> waiting.remove(id, this));
            }
        }
    }
}
