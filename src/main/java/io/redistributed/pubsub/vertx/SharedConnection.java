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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds the subscribed connection of a {@link TracedSubscriber} and of those that
 * {@linkplain TracedSubscriber#shareConnection share} it. It reconnects, resubscribes, sends heartbeats while idle, and
 * closes with the last subscriber. Used on its event loop, except {@link #open} and {@link #call}.
 */
final class SharedConnection {

    private final RedisSettings redis;
    private final RedisLink link;
    private final Subscriptions subscriptions;
    private final SubscriberOptions options;
    private final OutputBufferWatch outputBuffer;
    private final Set<TracedSubscriber> subscribers = new LinkedHashSet<>();
    /** Subscribers that are not closing. */
    private final AtomicInteger open = new AtomicInteger();

    private volatile @Nullable Throwable lastDisconnect;
    private long nextHeartbeat;
    private volatile boolean ending;

    /** @param options options, whose durations apply to the connection */
    SharedConnection(Vertx vertx, RedisSettings redis, SubscriberOptions options) {
        this.redis = redis;
        this.options = options;
        this.link = new RedisLink(vertx, redis, new Listener());
        this.outputBuffer = new OutputBufferWatch(link, redis);
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

    /** Runs an action on the event loop, see {@link RedisLink#call}. */
    <T> Future<T> call(Supplier<Future<T>> action) {
        return link.call(action);
    }

    Context loop() {
        return link.context();
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    /** Adds a subscriber. Fails if the connection is closed. */
    Future<Void> join(TracedSubscriber subscriber) {
        if (ending) {
            return Future.failedFuture(new IllegalStateException("the subscriber is closed"));
        }
        open.incrementAndGet();
        subscribers.add(subscriber);
        subscriber.connectionChanged(subscriptions.areComplete());
        return Future.succeededFuture();
    }

    /** Records that a subscriber is closing. After the last one, the connection no longer reconnects. Any thread. */
    void expectLeave() {
        if (open.decrementAndGet() == 0) {
            ending = true;
            link.expectEnd();
        }
    }

    /** Returns the cause of the last connection loss; null if there was none. Any thread. */
    @Nullable
    Throwable lastDisconnect() {
        return lastDisconnect;
    }

    /** Stops reading until {@link #resume}, for one of the subscribers. */
    void pause() {
        if (!subscriptions.arePaused()) {
            outputBuffer.paused();
        }
        subscriptions.pause();
    }

    void resume() {
        subscriptions.resume();
    }

    /** Closes the connection; the next one waits until all subscribers have room. */
    void disconnect(SlowSubscriberException why) {
        link.drop(why);
    }

    /** Completes when the connection is closed, or at once if other subscribers use it. */
    Future<Void> leave(TracedSubscriber subscriber) {
        subscribers.remove(subscriber);
        if (!subscribers.isEmpty()) {
            return Future.succeededFuture();
        }
        loop().owner().cancelTimer(nextHeartbeat);
        return link.close();
    }

    private void changed() {
        boolean complete = subscriptions.areComplete();
        List.copyOf(subscribers).forEach(subscriber -> subscriber.connectionChanged(complete));
    }

    /**
     * Schedules each heartbeat after the previous one has run, so that two do not run back to back after a delay of the
     * event loop.
     */
    private void scheduleHeartbeat() {
        nextHeartbeat = VertxInternals.setTimer(loop(), options.heartbeat().toMillis(), () -> {
            if (!subscriptions.heartbeat()) {
                link.drop("no reply within " + options.heartbeat().toMillis() + " ms");
            }
            scheduleHeartbeat();
        });
    }

    private final class Listener implements RedisLink.Listener {

        @Override
        public Future<Void> connected(RedisConnection connection) {
            if (!subscribers.stream().allMatch(TracedSubscriber::hasRoom)) {
                return Future.failedFuture("buffer is still more than half full");
            }
            return outputBuffer.explainLoss().compose(found -> {
                found.ifPresent(slow -> lastDisconnect = slow);
                return subscriptions.connected(connection);
            });
        }

        @Override
        public void lost(Throwable cause) {
            if (subscriptions.isConnected()) {
                lastDisconnect = cause;
                if (subscriptions.arePaused()) {
                    outputBuffer.lost();
                }
            }
            subscriptions.lost(cause);
        }
    }
}
