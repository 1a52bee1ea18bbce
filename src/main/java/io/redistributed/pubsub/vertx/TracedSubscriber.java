package io.redistributed.pubsub.vertx;

import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import io.redistributed.redis.ErrorKind;
import io.redistributed.redis.RedisSettings;
import io.redistributed.redis.RedisUnavailableException;
import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.RedisOptions;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Subscribes to channels and continues the senders' traces. All channels share one connection, which reconnects and
 * resubscribes, and sends heartbeats while idle to detect half-open connections.
 *
 * <p>Each message gets its own Vert.x context: its CONSUMER span is current in the handler and in everything the
 * handler starts, and ends when the handler's future completes. Handlers run on the event loop (or worker threads) of
 * the context that created the subscriber. Messages of one channel start in order, unless several worker threads run
 * them, and may end in any order. The methods may be called from any thread; their futures complete on the caller's
 * Vert.x context.
 *
 * @since 0.1.0
 */
public final class TracedSubscriber {

    /** Tells whether messages can arrive. */
    public enum State {
        /** All channels are subscribed. */
        CONNECTED,
        /** The connection is lost, or a channel is not resubscribed yet. Messages published now may be lost. */
        RECONNECTING,
        /** {@link #close} was called. */
        CLOSED
    }

    private static final Logger log = LoggerFactory.getLogger(TracedSubscriber.class);

    private final SubscriberOptions options;
    private final Context handlerContext;
    private final RedisPubSubTelemetry telemetry;
    private final MessageProcessor processor;
    private final SharedConnection connection;

    // The fields below are used on the connection's event loop.
    private final Context loop;
    private final Subscriptions subscriptions;
    private final InFlight inFlight;
    private boolean complete;
    private @Nullable Promise<Void> closed;
    private long droppedLoggedAt;
    private boolean droppedLogged;

    private final AtomicBoolean closing = new AtomicBoolean();
    private final AtomicLong dropped = new AtomicLong();
    private Runnable stayOpen = () -> {};

    private volatile Consumer<State> stateHandler = state -> {};
    private volatile State state = State.RECONNECTING;

    private TracedSubscriber(
            Vertx vertx, SharedConnection connection, RedisPubSubTelemetry telemetry, SubscriberOptions options) {
        this.options = options;
        this.handlerContext = VertxInternals.current(vertx);
        this.telemetry = telemetry;
        this.connection = connection;
        this.loop = connection.loop();
        this.processor =
                new MessageProcessor(new HandlerContexts(loop, handlerContext, options.workerConcurrency()), telemetry);
        this.subscriptions = connection.subscriptions();
        this.inFlight = new InFlight(options, new Backpressure());
    }

    /**
     * Connects with the default options.
     *
     * @param vertx handlers run on its current context, or a new one
     * @param redisUrl {@code redis[s]://[[user]:password@]host[:port][/database]}
     * @param openTelemetry where spans and metrics go
     * @return a connected subscriber, without channels
     * @throws IllegalArgumentException if the URL is not a Redis URL
     */
    public static Future<TracedSubscriber> connect(Vertx vertx, String redisUrl, OpenTelemetry openTelemetry) {
        return connect(
                vertx,
                RedisSettings.of(redisUrl),
                RedisPubSubTelemetry.create(openTelemetry),
                SubscriberOptions.DEFAULT);
    }

    /**
     * Connects. A failed first attempt is not retried; later losses are.
     *
     * @param vertx handlers run on its current context, or a new one
     * @param redis address and timeouts
     * @param telemetry policies of the channels; records spans and metrics
     * @param options limits and timeouts
     * @return a connected subscriber without channels; fails with a {@link RedisUnavailableException} if Redis is
     *     unavailable
     */
    public static Future<TracedSubscriber> connect(
            Vertx vertx, RedisSettings redis, RedisPubSubTelemetry telemetry, SubscriberOptions options) {
        SharedConnection connection = new SharedConnection(vertx, redis, options);
        TracedSubscriber subscriber = new TracedSubscriber(vertx, connection, named(telemetry, redis), options);
        return connection.open().compose(v -> subscriber.join());
    }

    /**
     * Connects with options of the Vert.x client, see {@link RedisSettings#of(RedisOptions)}.
     *
     * @param vertx handlers run on its current context, or a new one
     * @param redis address and options such as TLS and credentials
     * @param telemetry policies of the channels; records spans and metrics
     * @return as {@link #connect(Vertx, RedisSettings, RedisPubSubTelemetry, SubscriberOptions)}
     * @throws IllegalArgumentException if the options are not supported
     */
    public static Future<TracedSubscriber> connect(Vertx vertx, RedisOptions redis, RedisPubSubTelemetry telemetry) {
        return connect(vertx, RedisSettings.of(redis), telemetry, SubscriberOptions.DEFAULT);
    }

    /**
     * Creates another subscriber on the same connection, with its own handlers and limits. The connection closes with
     * its last subscriber. Saves system calls when one event loop has many subscribers. While one of them pauses
     * reading, messages of the others are delayed too.
     *
     * @param vertx handlers run on its current context, or a new one; fastest on this subscriber's event loop
     * @param telemetry policies of the channels; records spans and metrics
     * @param options its options, of which {@code replyTimeout} and {@code heartbeat} are ignored in favor of the
     *     connection's
     * @return a subscriber without channels; fails with an {@link IllegalStateException} if the connection is closed
     */
    public Future<TracedSubscriber> shareConnection(
            Vertx vertx, RedisPubSubTelemetry telemetry, SubscriberOptions options) {
        return new TracedSubscriber(vertx, connection, named(telemetry, connection.redis()), options).join();
    }

    private static RedisPubSubTelemetry named(RedisPubSubTelemetry telemetry, RedisSettings redis) {
        return telemetry.withServer(redis.host(), redis.port()).withErrorType(ErrorKind::of);
    }

    private Future<TracedSubscriber> join() {
        return connection
                .call(() -> connection
                        .join(this)
                        .onSuccess(v -> stayOpen = VertxInternals.onClose(handlerContext, this::close)))
                .map(this);
    }

    /**
     * Subscribes to a channel. Completes when Redis confirms. Fails if Redis refuses, does not answer in time or is
     * unavailable, or if this subscriber is closed. A channel may have several handlers, each of which receives all
     * messages.
     *
     * @param channel name of a channel, not a pattern
     * @param handler called for each message with its span current; the message is in flight, and its span open, until
     *     the future completes; a failure is recorded on the span and logged
     * @return the subscription
     */
    public Future<Subscription> subscribe(String channel, Function<TracedMessage, Future<?>> handler) {
        Objects.requireNonNull(channel, "channel");
        Objects.requireNonNull(handler, "handler");
        if (channel.contains("*")) {
            log.warn(
                    "Subscribing to the channel named {}, not to a pattern; use subscribePattern for patterns",
                    channel);
        }
        return subscribe(new Target(channel, false), handler);
    }

    /**
     * Subscribes to all channels that match a pattern, by {@code PSUBSCRIBE}. A message that matches several
     * subscriptions arrives once for each. Completes and fails as {@link #subscribe}. Also fails if channels are
     * sharded, as Redis has no sharded patterns.
     *
     * @param pattern {@code *} any characters, {@code ?} one, {@code [ab]} one of them, {@code \} escapes
     * @param handler as for {@link #subscribe}; {@link TracedMessage#channel} is the channel of the message
     * @return the subscription
     */
    public Future<Subscription> subscribePattern(String pattern, Function<TracedMessage, Future<?>> handler) {
        Objects.requireNonNull(pattern, "pattern");
        Objects.requireNonNull(handler, "handler");
        if (connection.redis().isSharded()) {
            return Future.failedFuture(new IllegalStateException("sharded channels do not support patterns"));
        }
        return subscribe(new Target(pattern, true), handler);
    }

    private Future<Subscription> subscribe(Target target, Function<TracedMessage, Future<?>> handler) {
        Subscription subscription = new Subscription(this, target, handler);
        return connection.call(() -> closed == null
                ? subscriptions.add(subscription)
                : Future.failedFuture(new IllegalStateException("the subscriber is closed")));
    }

    /** {@return the current state} */
    public State state() {
        return state;
    }

    /** {@return the number of messages dropped by {@link OverflowPolicy#DROP_OLDEST}} */
    public long dropped() {
        return dropped.get();
    }

    /**
     * Returns the cause of the last connection loss: a {@link SlowSubscriberException} if handlers were slower than
     * publishers. Known at the latest when the state is {@link State#CONNECTED} again.
     *
     * @return the cause; null if there was no loss
     */
    public @Nullable Throwable lastDisconnect() {
        return connection.lastDisconnect();
    }

    /**
     * Sets the handler of state changes, replacing any previous one.
     *
     * @param handler called on the context of message handlers
     * @return this
     */
    public TracedSubscriber stateHandler(Consumer<State> handler) {
        stateHandler = Objects.requireNonNull(handler, "handler");
        return this;
    }

    /**
     * Unsubscribes, waits up to {@link SubscriberOptions#closeTimeout} for running handlers, ends the spans of the
     * remaining ones as failed, and closes the connection unless it is shared. Further calls return the same result.
     * The subscriber also closes with the verticle that created it, or with Vert.x.
     *
     * @return completes when the subscriber is closed
     */
    public Future<Void> close() {
        if (!closing.getAndSet(true)) {
            connection.expectLeave();
        }
        return connection.call(() -> {
            if (closed == null) {
                stayOpen.run();
                closed = VertxInternals.promise(loop);
                updateState();
                drain().transform(drained -> {
                            inFlight.close();
                            return connection.leave(this);
                        })
                        .onComplete(closed);
            }
            return closed.future();
        });
    }

    Future<Void> unsubscribe(Subscription subscription) {
        return connection.call(() -> subscriptions.remove(subscription));
    }

    void accept(Subscription subscription, String channel, Buffer message) {
        int size = channel.length() + message.length();
        Runnable ended = () -> VertxInternals.run(loop, () -> inFlight.done(size));
        VertxInternals.run(
                loop,
                () -> inFlight.add(channel, size, () -> processor.process(subscription, channel, message, ended)));
    }

    /** Called on the connection's event loop. */
    boolean hasRoom() {
        return inFlight.hasRoom() || options.overflow() != OverflowPolicy.DISCONNECT;
    }

    private Future<Void> drain() {
        long timeout = options.closeTimeout().toMillis();
        return VertxInternals.succeeded(loop)
                .compose(v -> subscriptions.removeAll(this))
                .transform(removed -> inFlight.drained())
                .timeout(timeout, TimeUnit.MILLISECONDS)
                .onFailure(cause -> {
                    log.warn("Handlers are still running {} ms after close() was called", timeout);
                    processor.abandon(cause);
                });
    }

    /** Updates the state of the connection. Called on the connection's event loop. */
    void connectionChanged(boolean complete) {
        this.complete = complete;
        updateState();
    }

    private final class Backpressure implements InFlight.Overflow {

        @Override
        public void pause() {
            connection.pause();
        }

        @Override
        public void resume() {
            connection.resume();
        }

        @Override
        public void dropped(String channel) {
            dropped.incrementAndGet();
            telemetry.dropped(channel);
            long now = System.nanoTime();
            if (!droppedLogged || now - droppedLoggedAt > TimeUnit.MINUTES.toNanos(1)) {
                droppedLogged = true;
                droppedLoggedAt = now;
                log.warn(
                        "Dropped the oldest message on {} ({} so far): the buffer exceeds {} bytes (maxBufferedBytes)",
                        channel,
                        dropped.get(),
                        options.maxBufferedBytes());
            }
        }

        @Override
        public void disconnect() {
            connection.disconnect(new SlowSubscriberException(
                    "the buffer exceeds " + options.maxBufferedBytes() + " bytes (maxBufferedBytes)"));
        }
    }

    private void updateState() {
        State next = closed != null ? State.CLOSED : complete ? State.CONNECTED : State.RECONNECTING;
        if (next != state) {
            state = next;
            // Read the handler now, so that one set later does not receive earlier changes.
            Consumer<State> handler = stateHandler;
            VertxInternals.run(VertxInternals.duplicate(handlerContext), () -> handler.accept(next));
        }
    }
}
