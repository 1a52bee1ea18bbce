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
 * subscribes again by itself, and is tested while it is silent, so that a half-open one is noticed.
 *
 * <p>Each message gets a Vert.x context of its own: its CONSUMER span is current in the handler and in everything that
 * the handler starts from there, however many messages are in flight, and ends when the handler's future completes.
 * Handlers run on the event loop (or worker threads) on which the subscriber was made. Messages of one channel start in
 * their order, unless several workers run them, and may end in any. The methods may be called from any thread; their futures complete on the caller's
 * Vert.x context.
 *
 * @since 0.1.0
 */
public final class TracedSubscriber {

    /** Whether the messages of all channels can arrive. */
    public enum State {
        /** All channels are subscribed to. */
        CONNECTED,
        /** The connection is lost, or some channel is not subscribed to yet; what is published now may not arrive. */
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

    // Used on the connection's event loop.
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
     * {@link #connect(Vertx, RedisSettings, RedisPubSubTelemetry, SubscriberOptions)} with the defaults.
     *
     * @param vertx on whose current context, or a new one, handlers run
     * @param redisUrl {@code redis[s]://[[user]:password@]host[:port][/database]}
     * @param openTelemetry where spans and metrics go
     * @return a connected subscriber, without channels
     * @throws IllegalArgumentException if the URL is none
     */
    public static Future<TracedSubscriber> connect(Vertx vertx, String redisUrl, OpenTelemetry openTelemetry) {
        return connect(
                vertx,
                RedisSettings.of(redisUrl),
                RedisPubSubTelemetry.create(openTelemetry),
                SubscriberOptions.DEFAULT);
    }

    /**
     * Connects. Later losses heal by themselves, this first attempt does not.
     *
     * @param vertx on whose current context, or a new one, handlers run
     * @param redis where to connect to
     * @param telemetry how channels are traced, and where spans and metrics go
     * @param options bounds and times
     * @return a connected subscriber, without channels; or a {@link RedisUnavailableException} if Redis cannot be
     *     reached now
     */
    public static Future<TracedSubscriber> connect(
            Vertx vertx, RedisSettings redis, RedisPubSubTelemetry telemetry, SubscriberOptions options) {
        SharedConnection connection = new SharedConnection(vertx, redis, options);
        TracedSubscriber subscriber = new TracedSubscriber(vertx, connection, named(telemetry, redis), options);
        return connection.open().compose(v -> subscriber.join());
    }

    /**
     * Connects to the Redis that options of the Vert.x client lead to, as {@link RedisSettings#of(RedisOptions)}.
     *
     * @param vertx on whose current context, or a new one, handlers run
     * @param redis where to connect to, with TLS, credentials and so on
     * @param telemetry how channels are traced, and where spans and metrics go
     * @return as {@link #connect(Vertx, RedisSettings, RedisPubSubTelemetry, SubscriberOptions)}
     * @throws IllegalArgumentException if the options are of a kind that is not supported
     */
    public static Future<TracedSubscriber> connect(Vertx vertx, RedisOptions redis, RedisPubSubTelemetry telemetry) {
        return connect(vertx, RedisSettings.of(redis), telemetry, SubscriberOptions.DEFAULT);
    }

    /**
     * Another subscriber on the same connection, with its own handlers, bounds and closing; the connection ends with the
     * last of them. For many subscribers on one event loop: what they read and write together costs fewer system calls.
     * While one of them pauses reading, the others' messages wait as well.
     *
     * @param vertx on whose current context, or a new one, handlers run; best on this subscriber's event loop
     * @param telemetry how channels are traced, and where spans and metrics go
     * @param options its own but for {@code replyTimeout} and {@code heartbeat}, which are the connection's
     * @return a subscriber without channels; or an {@link IllegalStateException} if the connection was closed
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
     * Subscribes to a channel. Completes once Redis has confirmed it; fails if Redis refuses, does not answer in time, or
     * is away, and if this subscriber is closed. A channel may have several handlers, each of which gets all messages.
     *
     * @param channel not a pattern
     * @param handler called for each message with its span current; the message counts as in flight, and its span goes
     *     on, until the future completes; a failure is recorded on the span and logged
     * @return the subscription
     */
    public Future<Subscription> subscribe(String channel, Function<TracedMessage, Future<?>> handler) {
        Objects.requireNonNull(channel, "channel");
        Objects.requireNonNull(handler, "handler");
        if (channel.contains("*")) {
            log.warn("Subscribing to the one channel named {}; subscribePattern takes patterns", channel);
        }
        return subscribe(new Target(channel, false), handler);
    }

    /**
     * Subscribes to all channels that match a pattern, by {@code PSUBSCRIBE}. A message whose channel is also subscribed to
     * by its name, or by another pattern, arrives once for each. Completes and fails as {@link #subscribe}, and fails where
     * channels are those of one shard of a cluster, as patterns are not.
     *
     * @param pattern {@code *} any characters, {@code ?} one, {@code [ab]} one of them, {@code \} escapes
     * @param handler as that of {@link #subscribe}; {@link TracedMessage#channel} says where the message was published
     * @return the subscription
     */
    public Future<Subscription> subscribePattern(String pattern, Function<TracedMessage, Future<?>> handler) {
        Objects.requireNonNull(pattern, "pattern");
        Objects.requireNonNull(handler, "handler");
        if (connection.redis().isSharded()) {
            return Future.failedFuture(
                    new IllegalStateException("the channels of one shard of a cluster have no patterns"));
        }
        return subscribe(new Target(pattern, true), handler);
    }

    private Future<Subscription> subscribe(Target target, Function<TracedMessage, Future<?>> handler) {
        Subscription subscription = new Subscription(this, target, handler);
        return connection.call(() -> closed == null
                ? subscriptions.add(subscription)
                : Future.failedFuture(new IllegalStateException("the subscriber is closed")));
    }

    /** {@return whether messages can arrive at this moment} */
    public State state() {
        return state;
    }

    /** {@return how many messages were dropped by {@link OverflowPolicy#DROP_OLDEST}} */
    public long dropped() {
        return dropped.get();
    }

    /**
     * Why the connection was lost last; a {@link SlowSubscriberException} if it was because handlers were slower than
     * publishers. What Redis did is known at the latest when the state is {@link State#CONNECTED} again.
     *
     * @return null if it never was
     */
    public @Nullable Throwable lastDisconnect() {
        return connection.lastDisconnect();
    }

    /**
     * Sets who is told of every change of state from now on; replaces the handler before it.
     *
     * @param handler called where message handlers run too
     * @return this
     */
    public TracedSubscriber stateHandler(Consumer<State> handler) {
        stateHandler = Objects.requireNonNull(handler, "handler");
        return this;
    }

    /**
     * Unsubscribes, waits for what is in handlers, at most {@link SubscriberOptions#closeTimeout}, ends the spans of those
     * that still run, as failed, and closes the connection if nobody else has it. A second call awaits the same. The end of
     * the verticle that made the subscriber, or of Vert.x, closes it too.
     *
     * @return succeeds when that is done
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
        int size = message.length();
        Runnable ended = () -> VertxInternals.run(loop, () -> inFlight.done(size));
        VertxInternals.run(
                loop,
                () -> inFlight.add(channel, size, () -> processor.process(subscription, channel, message, ended)));
    }

    /** On the connection's event loop. */
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
                    log.warn("Handlers still run {} ms after the subscriber began to close", timeout);
                    processor.abandon(cause);
                });
    }

    /** Whether the messages of all channels of the connection can arrive. On the connection's event loop. */
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
                        "Dropped the oldest message of {} ({} so far): handlers are behind by more than {} bytes",
                        channel,
                        dropped.get(),
                        options.maxBufferedBytes());
            }
        }

        @Override
        public void disconnect() {
            connection.disconnect(new SlowSubscriberException(
                    "handlers are behind by more than " + options.maxBufferedBytes() + " bytes (maxBufferedBytes)"));
        }
    }

    private void updateState() {
        State next = closed != null ? State.CLOSED : complete ? State.CONNECTED : State.RECONNECTING;
        if (next != state) {
            state = next;
            // As it is now: who is set later, with the first connection perhaps, does not hear of what was before.
            Consumer<State> handler = stateHandler;
            VertxInternals.run(VertxInternals.duplicate(handlerContext), () -> handler.accept(next));
        }
    }
}
