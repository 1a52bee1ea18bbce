package io.redistributed.pubsub.vertx;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Represents a handler of one channel or pattern of a {@link TracedSubscriber}. Safe to use from any thread.
 *
 * @since 0.1.0
 */
public final class Subscription {

    private final TracedSubscriber subscriber;
    private final Target target;
    private final Function<TracedMessage, Future<?>> handler;

    /** Used on the connection's event loop. */
    @Nullable
    Future<Void> closed;

    Subscription(TracedSubscriber subscriber, Target target, Function<TracedMessage, Future<?>> handler) {
        this.subscriber = subscriber;
        this.target = target;
        this.handler = handler;
    }

    /** {@return the subscribed channel or pattern} */
    public String channel() {
        return target.name();
    }

    /** {@return whether {@link #channel} is a pattern} */
    public boolean isPattern() {
        return target.isPattern();
    }

    TracedSubscriber subscriber() {
        return subscriber;
    }

    Target target() {
        return target;
    }

    Function<TracedMessage, Future<?>> handler() {
        return handler;
    }

    /**
     * Processes a message, including its header, that arrived by another way than the channel, with the same span and
     * limits.
     *
     * @param message header and body
     */
    public void accept(Buffer message) {
        subscriber.accept(this, target.name(), Objects.requireNonNull(message, "message"));
    }

    /**
     * Unsubscribes. Messages received earlier are still processed. Completes when Redis confirms, when the connection
     * is lost, or at once if the channel has other handlers.
     *
     * @return completes on the caller's Vert.x context
     */
    public Future<Void> close() {
        return subscriber.unsubscribe(this);
    }
}
