package io.redistributed.pubsub.vertx;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A handler of one channel or pattern of a {@link TracedSubscriber}. Safe to use from any thread.
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

    /** {@return the channel or pattern that is subscribed to} */
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
     * Handles a message that came by another way than the channel, header and all, just as if it had been published: same
     * span, same bounds.
     *
     * @param message header and body
     */
    public void accept(Buffer message) {
        subscriber.accept(this, target.name(), Objects.requireNonNull(message, "message"));
    }

    /**
     * Unsubscribes. Messages that came before it are still handled; completes when Redis has confirmed, when the connection
     * is lost, or at once if other handlers have the same channel.
     *
     * @return succeeds then, on the caller's Vert.x context
     */
    public Future<Void> close() {
        return subscriber.unsubscribe(this);
    }
}
