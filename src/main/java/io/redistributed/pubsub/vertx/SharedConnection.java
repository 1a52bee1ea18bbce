package io.redistributed.pubsub.vertx;

import io.redistributed.redis.RedisLink;
import io.redistributed.redis.RedisSettings;
import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisConnection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The subscribed connection of a {@link TracedSubscriber} and of those that {@linkplain TracedSubscriber#shareConnection share} it. It
 * reconnects, subscribes again and tests itself while it is silent, and ends with the last of them. Used on its event loop,
 * but for {@link #open} and {@link #call}.
 */
final class SharedConnection {

    private final RedisSettings redis;
    private final RedisLink link;
    private final Subscriptions subscriptions;
    private final SubscriberOptions options;
    private final Set<TracedSubscriber> subscribers = new LinkedHashSet<>();
    private long nextHeartbeat;
    private boolean closed;

    /** @param options of which the times hold for the connection */
    SharedConnection(Vertx vertx, RedisSettings redis, SubscriberOptions options) {
        this.redis = redis;
        this.options = options;
        this.link = new RedisLink(vertx, redis, new Listener());
        this.subscriptions = new Subscriptions(link, redis, options.replyTimeout(), this::changed);
    }

    Future<Void> open() {
        return link.open().map(v -> {
            VertxInternals.run(link.context(), this::scheduleHeartbeat);
            return null;
        });
    }

    RedisSettings redis() {
        return redis;
    }

    /** As {@link RedisLink#call}. */
    <T> Future<T> call(Supplier<Future<T>> action) {
        return link.call(action);
    }

    Context loop() {
        return link.context();
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    /** Fails if the connection has ended with those that had it. */
    Future<Void> join(TracedSubscriber subscriber) {
        if (closed) {
            return Future.failedFuture(new IllegalStateException("the subscriber is closed"));
        }
        subscribers.add(subscriber);
        subscriber.connectionChanged(subscriptions.areComplete());
        return Future.succeededFuture();
    }

    /** Completes when the connection is closed, or others still have it. */
    Future<Void> leave(TracedSubscriber subscriber) {
        subscribers.remove(subscriber);
        if (!subscribers.isEmpty()) {
            return Future.succeededFuture();
        }
        closed = true;
        loop().owner().cancelTimer(nextHeartbeat);
        return link.close();
    }

    private void changed() {
        boolean complete = subscriptions.areComplete();
        List.copyOf(subscribers).forEach(subscriber -> subscriber.connectionChanged(complete));
    }

    /** Each heartbeat a whole period after the one before has run, or two would follow each other when the loop was held up. */
    private void scheduleHeartbeat() {
        nextHeartbeat = VertxInternals.setTimer(loop(), options.heartbeat().toMillis(), () -> {
            if (!subscriptions.heartbeat()) {
                link.drop("no answer within " + options.heartbeat().toMillis() + " ms");
            }
            scheduleHeartbeat();
        });
    }

    private final class Listener implements RedisLink.Listener {

        @Override
        public Future<Void> connected(RedisConnection connection) {
            return subscriptions.connected(connection);
        }

        @Override
        public void lost(Throwable cause) {
            subscriptions.lost(cause);
        }
    }
}
