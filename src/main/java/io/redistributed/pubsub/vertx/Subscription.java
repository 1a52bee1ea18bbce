package io.redistributed.pubsub.vertx;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.function.Function;

/** One channel of a {@link TracedSubscriber}. Safe to use from any thread. */
public final class Subscription {

    private final TracedSubscriber subscriber;
    private final String channel;
    private final Function<TracedMessage, Future<?>> handler;

    Subscription(TracedSubscriber subscriber, String channel, Function<TracedMessage, Future<?>> handler) {
        this.subscriber = subscriber;
        this.channel = channel;
        this.handler = handler;
    }

    /** {@return the channel that is subscribed to} */
    public String channel() {
        return channel;
    }

    TracedSubscriber subscriber() {
        return subscriber;
    }

    Function<TracedMessage, Future<?>> handler() {
        return handler;
    }

    /**
     * Handles a message that came by another way than the channel, header and all, just as if it had been published: same
     * span, same bounds.
     *
     * @param message header and body
     */
    public void accept(Buffer message) {
        subscriber.accept(this, message);
    }

    /**
     * Unsubscribes. Messages that came before it are still handled; completes when Redis has confirmed, or when the
     * connection is lost.
     *
     * @return succeeds then, on the caller's Vert.x context
     */
    public Future<Void> close() {
        return subscriber.unsubscribe(this);
    }
}
