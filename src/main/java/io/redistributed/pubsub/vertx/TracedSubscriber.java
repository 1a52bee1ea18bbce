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
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Subscribes to channels and continues the senders' traces. All channels share one connection, which reconnects and
 * subscribes again by itself, and is tested while it is silent, so that a half-open one is noticed.
 *
 * <p>Each message gets a Vert.x context of its own: its CONSUMER span is current in the handler and in everything that
 * the handler starts from there, however many messages are in flight, and ends when the handler's future completes.
 * Handlers run on the event loop (or worker thread) on which the subscriber was made. Messages of one channel start in
 * their order and may end in any. The methods may be called from any thread; their futures complete on the caller's
 * Vert.x context.
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
    private final MessageProcessor processor;
    private final SharedConnection connection;

    // Used on the connection's event loop.
    private final Context loop;
    private final Subscriptions subscriptions;
    private final InFlight inFlight;
    private boolean complete;
    private Promise<Void> closed;

    private volatile Consumer<State> stateHandler = state -> {};
    private volatile State state = State.RECONNECTING;

    private TracedSubscriber(
            Vertx vertx, SharedConnection connection, RedisPubSubTelemetry telemetry, SubscriberOptions options) {
        this.options = options;
        this.handlerContext = VertxInternals.current(vertx);
        this.processor = new MessageProcessor(handlerContext, telemetry);
        this.connection = connection;
        this.loop = connection.loop();
        this.subscriptions = connection.subscriptions();
        this.inFlight = new InFlight(options.maxInFlight(), subscriptions::pause, subscriptions::resume);
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
     * Another subscriber on the same connection, with its own handlers, bounds and closing; the connection ends with the
     * last of them. For many subscribers on one event loop: what they read and write together costs fewer system calls.
     * Where one of them is at its limit, the others' messages wait as well.
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
        return connection.call(() -> connection.join(this)).map(this);
    }

    /**
     * Subscribes to a channel. Completes once Redis has confirmed it; fails if Redis refuses, does not answer in time, or
     * is away, and if this subscriber is closed.
     *
     * @param channel not a pattern
     * @param handler called for each message with its span current; the message counts as in flight, and its span goes
     *     on, until the future completes; a failure is recorded on the span and logged
     * @return the subscription
     */
    public Future<Subscription> subscribe(String channel, Function<TracedMessage, Future<?>> handler) {
        Subscription subscription = new Subscription(this, channel, handler);
        return connection.call(() -> closed == null
                ? subscriptions.add(subscription)
                : Future.failedFuture(new IllegalStateException("the subscriber is closed")));
    }

    /** {@return whether messages can arrive at this moment} */
    public State state() {
        return state;
    }

    /**
     * Sets who is told of every change of state from now on; replaces the handler before it.
     *
     * @param handler called where message handlers run too
     * @return this
     */
    public TracedSubscriber stateHandler(Consumer<State> handler) {
        stateHandler = handler;
        return this;
    }

    /**
     * Unsubscribes, waits for what is in handlers, at most {@link SubscriberOptions#closeTimeout}, ends the spans of those
     * that still run, as failed, and closes the connection if nobody else has it. A second call awaits the same.
     *
     * @return succeeds when that is done
     */
    public Future<Void> close() {
        return connection.call(() -> {
            if (closed == null) {
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

    void accept(Subscription subscription, Buffer message) {
        Runnable ended = () -> VertxInternals.run(loop, inFlight::done);
        VertxInternals.run(loop, () -> inFlight.add(() -> processor.process(subscription, message, ended)));
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
