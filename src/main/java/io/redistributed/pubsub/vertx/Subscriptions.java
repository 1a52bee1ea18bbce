package io.redistributed.pubsub.vertx;

import io.redistributed.redis.RedisLink;
import io.redistributed.redis.RedisSettings;
import io.redistributed.redis.RedisUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.RedisConnection;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the subscriptions of a link across its connections. Used on the event loop of the link. */
final class Subscriptions implements RedisLink.Listener {

    private static final Logger log = LoggerFactory.getLogger(Subscriptions.class);

    private final RedisLink link;
    private final RedisSettings settings;
    private final Duration replyTimeout;
    private final Runnable changed;
    private final Map<Target, Handlers> byTarget = new LinkedHashMap<>();
    private final Set<Target> refused = new LinkedHashSet<>();

    private @Nullable SubscribedConnection connection;
    private int pauses;

    /** @param changed called when {@link #areComplete} may have changed */
    Subscriptions(RedisLink link, RedisSettings settings, Duration replyTimeout, Runnable changed) {
        this.link = link;
        this.settings = settings;
        this.replyTimeout = replyTimeout;
        this.changed = changed;
    }

    /** Returns whether all channels are subscribed. */
    boolean areComplete() {
        return connection != null && refused.isEmpty();
    }

    /** Returns whether there is a connection with a SUBSCRIBE sent for all channels. */
    boolean isConnected() {
        return connection != null;
    }

    /** Returns whether reading is paused. */
    boolean arePaused() {
        return pauses > 0;
    }

    Future<Subscription> add(Subscription subscription) {
        Target target = subscription.target();
        SubscribedConnection current = connection;
        if (current == null) {
            return Future.failedFuture(
                    new RedisUnavailableException("not connected to Redis, cannot subscribe to " + target, null));
        }
        Handlers handlers = byTarget.computeIfAbsent(target, absent -> new Handlers());
        if (!handlers.areWanted() || refused.contains(target)) {
            handlers.subscribed(subscribe(current, target).onSuccess(confirmed -> {
                if (refused.remove(target)) {
                    changed.run();
                }
            }));
        }
        handlers.add(subscription);
        return handlers.confirmed().map(subscription).recover(cause -> {
            forget(target, handlers, subscription);
            return Future.failedFuture(cause);
        });
    }

    private Future<Void> subscribe(SubscribedConnection current, Target target) {
        return current.subscribe(target)
                .timeout(replyTimeout.toMillis(), TimeUnit.MILLISECONDS)
                .recover(cause -> Future.failedFuture(
                        cause instanceof TimeoutException ? unconfirmed(current, target, cause) : cause));
    }

    /** Completes when the last message has been delivered, or the connection is lost. */
    Future<Void> remove(Subscription subscription) {
        if (subscription.closed != null) {
            return subscription.closed;
        }
        subscription.closed = Future.succeededFuture();
        Target target = subscription.target();
        Handlers handlers = byTarget.get(target);
        if (handlers == null) {
            return subscription.closed;
        }
        if (handlers.areWanted()) {
            handlers.remove(subscription);
            return subscription.closed;
        }
        // Keep until the last message, to deliver those in flight.
        subscription.closed = unsubscribe(target).transform(done -> {
            forget(target, handlers, subscription);
            return Future.succeededFuture();
        });
        return subscription.closed;
    }

    private void forget(Target target, Handlers handlers, Subscription subscription) {
        handlers.remove(subscription);
        if (handlers.isEmpty() && byTarget.remove(target, handlers)) {
            refused.remove(target);
        }
        changed.run();
    }

    Future<Void> removeAll(TracedSubscriber subscriber) {
        return Future.join(
                        byTarget.values().stream()
                                .flatMap(handlers -> handlers.of(subscriber).stream())
                                .toList()
                                .stream()
                                .map(this::remove)
                                .toList())
                .mapEmpty();
    }

    /** Stops reading until resume was called as often. Messages already read are still delivered. */
    void pause() {
        pauses++;
        if (connection != null) {
            connection.pause();
        }
    }

    void resume() {
        pauses--;
        if (pauses == 0 && connection != null) {
            connection.resume();
        }
    }

    /** @return false if the connection does not answer */
    boolean heartbeat() {
        SubscribedConnection current = connection;
        if (current == null || pauses > 0) {
            return true;
        }
        List.copyOf(refused).forEach(target -> current.subscribe(target).onSuccess(confirmed -> {
            refused.remove(target);
            changed.run();
        }));
        return current.heartbeat();
    }

    @Override
    public Future<Void> connected(RedisConnection fresh) {
        SubscribedConnection subscribed = new SubscribedConnection(link, fresh, settings, this::deliver);
        List<Target> targets = List.copyOf(byTarget.keySet());
        refused.clear();
        return Future.all(targets.stream()
                        .map(target -> subscribeAgain(subscribed, target))
                        .toList())
                .map(all -> {
                    connection = subscribed;
                    targets.stream()
                            .filter(target -> !byTarget.containsKey(target))
                            .forEach(subscribed::unsubscribe);
                    if (pauses > 0) {
                        subscribed.pause();
                    }
                    changed.run();
                    return null;
                });
    }

    @Override
    public void lost(Throwable cause) {
        SubscribedConnection gone = connection;
        if (gone != null) {
            connection = null;
            gone.lost(cause);
            changed.run();
        }
    }

    /** Resubscribes. A refused channel does not delay the others and is retried at every heartbeat. */
    private Future<Void> subscribeAgain(SubscribedConnection subscribed, Target target) {
        return subscribed.subscribe(target).recover(cause -> {
            log.error("Redis refuses to resubscribe to {}: {}", target, cause.getMessage());
            refused.add(target);
            return Future.succeededFuture();
        });
    }

    private Throwable unconfirmed(SubscribedConnection asked, Target target, Throwable cause) {
        if (asked == connection) {
            asked.unsubscribe(target);
        }
        return new RedisUnavailableException(
                "Redis did not confirm the subscription to " + target + " within " + replyTimeout.toMillis() + " ms",
                cause);
    }

    private Future<Void> unsubscribe(Target target) {
        return connection == null ? Future.succeededFuture() : connection.unsubscribe(target);
    }

    private void deliver(Target target, String channel, Buffer message) {
        Handlers handlers = byTarget.get(target);
        if (handlers != null) {
            handlers.deliver(channel, message);
        }
    }
}
