package io.redistributed.pubsub.vertx;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/** Holds the handlers of one channel or pattern. Used on the connection's event loop. */
final class Handlers {

    private final List<Subscription> subscriptions = new ArrayList<>(1);

    /** Confirmation of the last SUBSCRIBE. */
    private Future<Void> confirmed = Future.succeededFuture();

    Future<Void> confirmed() {
        return confirmed;
    }

    void subscribed(Future<Void> confirmation) {
        confirmed = confirmation;
    }

    void add(Subscription subscription) {
        subscriptions.add(subscription);
    }

    void remove(Subscription subscription) {
        subscriptions.remove(subscription);
    }

    boolean isEmpty() {
        return subscriptions.isEmpty();
    }

    /** Returns whether any handler is not being closed. */
    boolean areWanted() {
        return subscriptions.stream().anyMatch(subscription -> subscription.closed == null);
    }

    List<Subscription> of(TracedSubscriber subscriber) {
        return subscriptions.stream()
                .filter(subscription -> subscription.subscriber() == subscriber)
                .toList();
    }

    void deliver(String channel, Buffer message) {
        for (Subscription subscription : List.copyOf(subscriptions)) {
            subscription.subscriber().accept(subscription, channel, message);
        }
    }
}
