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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The subscriptions on a link, on whatever connection it has. Used on the event loop of the link. */
final class Subscriptions implements RedisLink.Listener {

    private static final Logger log = LoggerFactory.getLogger(Subscriptions.class);

    private final RedisLink link;
    private final RedisSettings settings;
    private final Duration replyTimeout;
    private final Runnable changed;
    private final Map<String, Subscription> byChannel = new LinkedHashMap<>();
    private final Set<String> refused = new LinkedHashSet<>();

    private SubscribedConnection connection;
    private int pauses;

    /** @param changed called whenever {@link #areComplete} may have changed */
    Subscriptions(RedisLink link, RedisSettings settings, Duration replyTimeout, Runnable changed) {
        this.link = link;
        this.settings = settings;
        this.replyTimeout = replyTimeout;
        this.changed = changed;
    }

    /** Whether Redis sends the messages of all channels. */
    boolean areComplete() {
        return connection != null && refused.isEmpty();
    }

    Future<Subscription> add(Subscription subscription) {
        String channel = subscription.channel();
        if (connection == null) {
            return Future.failedFuture(
                    new RedisUnavailableException("not connected to Redis, cannot subscribe to " + channel, null));
        }
        if (byChannel.putIfAbsent(channel, subscription) != null) {
            return Future.failedFuture(new IllegalStateException("already subscribed to " + channel));
        }
        return connection
                .subscribe(channel)
                .map(subscription)
                .timeout(replyTimeout.toMillis(), TimeUnit.MILLISECONDS)
                .recover(cause -> {
                    byChannel.remove(channel, subscription);
                    return Future.failedFuture(cause instanceof TimeoutException ? unconfirmed(channel, cause) : cause);
                });
    }

    /** Completes when the last message has been handed over, or the connection is lost. */
    Future<Void> remove(Subscription subscription) {
        String channel = subscription.channel();
        if (byChannel.get(channel) != subscription) {
            return Future.succeededFuture();
        }
        // Known until the last message: those on their way are still delivered. A new subscription to the same
        // channel is refused meanwhile, as its SUBSCRIBE would be undone.
        return unsubscribe(channel).transform(done -> {
            byChannel.remove(channel, subscription);
            refused.remove(channel);
            changed.run();
            return Future.succeededFuture();
        });
    }

    Future<Void> removeAll(TracedSubscriber subscriber) {
        return Future.join(List.copyOf(byChannel.values()).stream()
                        .filter(subscription -> subscription.subscriber() == subscriber)
                        .map(this::remove)
                        .toList())
                .mapEmpty();
    }

    /** Reads no more messages, until there were as many calls of resume; what has been read already is still handed over. */
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

    /** @return false if the connection is dead */
    boolean heartbeat() {
        if (connection == null || pauses > 0) {
            return true;
        }
        List.copyOf(refused).forEach(channel -> connection.subscribe(channel).onSuccess(confirmed -> {
            refused.remove(channel);
            changed.run();
        }));
        return connection.heartbeat();
    }

    @Override
    public Future<Void> connected(RedisConnection fresh) {
        SubscribedConnection subscribed = new SubscribedConnection(link, fresh, settings, this::deliver);
        List<String> channels = List.copyOf(byChannel.keySet());
        refused.clear();
        return Future.all(channels.stream()
                        .map(channel -> subscribeAgain(subscribed, channel))
                        .toList())
                .map(all -> {
                    connection = subscribed;
                    channels.stream()
                            .filter(channel -> !byChannel.containsKey(channel))
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
        if (connection != null) {
            SubscribedConnection gone = connection;
            connection = null;
            gone.lost(cause);
            changed.run();
        }
    }

    /** What Redis refuses now must not hold up the other channels; it is asked for again at every heartbeat. */
    private Future<Void> subscribeAgain(SubscribedConnection subscribed, String channel) {
        return subscribed.subscribe(channel).recover(cause -> {
            log.error("Redis refuses to subscribe to {} again: {}", channel, cause.getMessage());
            refused.add(channel);
            return Future.succeededFuture();
        });
    }

    private Throwable unconfirmed(String channel, Throwable cause) {
        unsubscribe(channel);
        return new RedisUnavailableException(
                "Redis did not confirm the subscription to " + channel + " within " + replyTimeout.toMillis() + " ms",
                cause);
    }

    private Future<Void> unsubscribe(String channel) {
        return connection == null ? Future.succeededFuture() : connection.unsubscribe(channel);
    }

    private void deliver(String channel, Buffer message) {
        Subscription subscription = byChannel.get(channel);
        if (subscription != null) {
            subscription.accept(message);
        }
    }
}
