package io.redistributed.pubsub;

import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.context.DecodedMessage;
import io.redistributed.context.TraceCodec;
import io.redistributed.redis.RedisLink;
import io.redistributed.redis.RedisSettings;
import io.redistributed.redis.RedisUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.redis.client.RedisConnection;
import io.vertx.tracing.opentelemetry.VertxContextStorageProvider.VertxContextStorage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Subscribes to channels and continues the senders' traces. All channels share one connection, which reconnects and
 * subscribes again by itself, and is tested while it is silent, so that a half-open one is noticed.
 *
 * <p>Each message gets a Vert.x context of its own: its CONSUMER span is current in the handler and in everything that
 * the handler starts from there, however many messages are in flight, and ends when the handler's future completes.
 * Handlers run on the event loop (or worker thread) on which the subscriber was made. Messages of one channel start in
 * their order and may end in any. The methods may be called from any thread.
 */
public final class TracedSubscriber {

    /** Whether messages can arrive. */
    public enum State {
        CONNECTED,
        RECONNECTING,
        CLOSED
    }

    private static final Logger log = LoggerFactory.getLogger(TracedSubscriber.class);

    private final ContextInternal context;
    private final SubscriberOptions options;
    private final ProcessTracer tracer;
    private final RedisLink link;
    private final InFlight inFlight;
    private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();

    private SubscribedConnection connection;
    private Consumer<State> stateHandler = state -> {};
    private volatile State state = State.RECONNECTING;

    private TracedSubscriber(Vertx vertx, RedisSettings redis, OpenTelemetry openTelemetry, SubscriberOptions options) {
        this.context = ((ContextInternal) vertx.getOrCreateContext()).unwrap();
        this.options = options;
        this.tracer = new ProcessTracer(openTelemetry, redis);
        this.link = new RedisLink(vertx, redis, new Listener());
        this.inFlight = new InFlight(options.maxInFlight(), this::pause, this::resume);
    }

    /** {@link #connect(Vertx, RedisSettings, OpenTelemetry, SubscriberOptions)} with the default options. */
    public static Future<TracedSubscriber> connect(Vertx vertx, String redisUrl, OpenTelemetry openTelemetry) {
        return connect(vertx, RedisSettings.of(redisUrl), openTelemetry, SubscriberOptions.DEFAULT);
    }

    /** Fails with a {@link RedisUnavailableException} if Redis cannot be reached now. */
    public static Future<TracedSubscriber> connect(
            Vertx vertx, RedisSettings redis, OpenTelemetry openTelemetry, SubscriberOptions options) {
        TracedSubscriber subscriber = new TracedSubscriber(vertx, redis, openTelemetry, options);
        return subscriber.link.open().map(v -> {
            subscriber.context.setPeriodic(options.heartbeat().toMillis(), subscriber::heartbeat);
            return subscriber;
        });
    }

    /** {@link #subscribe(String, String, Function)} with the channel's own name on the spans. */
    public Future<Subscription> subscribe(String channel, Function<TracedMessage, Future<?>> handler) {
        return subscribe(channel, channel, handler);
    }

    /**
     * Subscribes to a channel. Completes once Redis has confirmed it; fails if Redis refuses, does not answer in time, or
     * is away, and if this subscriber has the channel already.
     *
     * @param destination stands for the channel on spans and in policies; give one name to a family of channels, such
     *     as those made up per session, as span names must be few
     * @param handler called for each message with its span current; the message counts as in flight, and its span goes
     *     on, until the future completes; a failure is recorded on the span and logged
     */
    public Future<Subscription> subscribe(
            String channel, String destination, Function<TracedMessage, Future<?>> handler) {
        Relation relation = options.policies().of(destination).relation();
        Subscription subscription = new Subscription(this, channel, destination, relation, handler);
        return onContext(() -> {
            if (connection == null) {
                return Future.failedFuture("not connected to Redis, cannot subscribe to " + channel);
            }
            if (subscriptions.putIfAbsent(channel, subscription) != null) {
                return Future.failedFuture(new IllegalStateException("already subscribed to " + channel));
            }
            return connection
                    .subscribe(channel)
                    .map(subscription)
                    .onFailure(cause -> subscriptions.remove(channel, subscription));
        });
    }

    public State state() {
        return state;
    }

    /** Called on every change of state, on the subscriber's context; replaces the handler before it. */
    public TracedSubscriber stateHandler(Consumer<State> handler) {
        context.runOnContext(v -> stateHandler = handler);
        return this;
    }

    /**
     * Unsubscribes, waits for what is in handlers, at most {@link SubscriberOptions#closeTimeout}, and closes the
     * connection. A second call waits for nothing and does nothing.
     */
    public Future<Void> close() {
        return onContext(() -> {
            if (state == State.CLOSED) {
                return Future.succeededFuture();
            }
            become(State.CLOSED);
            List<Future<Void>> unsubscribed = new ArrayList<>();
            if (connection != null) {
                subscriptions.keySet().forEach(channel -> unsubscribed.add(connection.unsubscribe(channel)));
            }
            return Future.join(unsubscribed)
                    .transform(all -> inFlight.drained())
                    .timeout(options.closeTimeout().toMillis(), TimeUnit.MILLISECONDS)
                    .onFailure(cause -> log.warn(
                            "Handlers still run {} ms after the subscriber began to close",
                            options.closeTimeout().toMillis()))
                    .transform(drained -> link.close());
        });
    }

    Future<Void> unsubscribe(Subscription subscription) {
        return onContext(() -> {
            String channel = subscription.channel();
            if (subscriptions.get(channel) != subscription) {
                return Future.succeededFuture();
            }
            if (connection == null) {
                subscriptions.remove(channel);
                return Future.succeededFuture();
            }
            // Known until the last message: those on their way are still delivered. A new subscription to the same
            // channel is refused meanwhile, as its SUBSCRIBE would be undone.
            return connection.unsubscribe(channel).onComplete(done -> subscriptions.remove(channel, subscription));
        });
    }

    void accept(Subscription subscription, Buffer message) {
        context.execute(() -> inFlight.add(() -> process(subscription, message)));
    }

    private void process(Subscription subscription, Buffer message) {
        DecodedMessage decoded =
                TraceCodec.decode(((BufferInternal) message).getByteBuf().nioBuffer());
        Buffer body = message.slice(decoded.bodyOffset(), message.length());
        ContextInternal own = context.duplicate();
        own.emit(new TracedMessage(subscription.channel(), body, decoded), received -> {
            ProcessTracer.Processing processing =
                    tracer.start(subscription.destination(), subscription.relation(), decoded);
            // For what the handler starts on this Vert.x context, and ends with it.
            VertxContextStorage.INSTANCE.attach(own, processing.context());
            handle(subscription, received, processing).onComplete(outcome -> {
                if (outcome.failed()) {
                    log.warn("The handler of {} failed", subscription.channel(), outcome.cause());
                }
                processing.end(outcome.cause());
                context.runOnContext(v -> inFlight.done());
            });
        });
    }

    private static Future<?> handle(
            Subscription subscription, TracedMessage message, ProcessTracer.Processing processing) {
        try {
            // Current for OpenTelemetry's own storage by thread too, where that is in use.
            Future<?> handled =
                    processing.context().wrapFunction(subscription.handler()).apply(message);
            return handled == null ? Future.failedFuture("the handler returned null") : handled;
        } catch (Throwable e) {
            return Future.failedFuture(e);
        }
    }

    private void pause() {
        if (connection != null) {
            connection.pause();
        }
    }

    private void resume() {
        if (connection != null) {
            connection.resume();
        }
    }

    private void heartbeat(long timer) {
        if (state == State.CLOSED) {
            context.owner().cancelTimer(timer);
        } else if (connection != null && !inFlight.isFull() && !connection.heartbeat()) {
            link.drop("no answer within " + options.heartbeat().toMillis() + " ms");
        }
    }

    private void become(State next) {
        state = next;
        stateHandler.accept(next);
    }

    private <T> Future<T> onContext(Supplier<Future<T>> action) {
        Promise<T> promise = Promise.promise();
        context.execute(() -> action.get().onComplete(promise));
        return promise.future();
    }

    private final class Listener implements RedisLink.Listener {

        @Override
        public Future<Void> connected(RedisConnection fresh) {
            SubscribedConnection subscribed =
                    new SubscribedConnection(fresh, options.replyTimeout().toMillis(), TracedSubscriber.this::deliver);
            if (state == State.CLOSED) {
                return Future.failedFuture("closing");
            }
            List<Future<Void>> confirmations = new ArrayList<>();
            subscriptions.keySet().forEach(channel -> confirmations.add(subscribed.subscribe(channel)));
            return Future.all(confirmations).<Void>mapEmpty().onSuccess(v -> {
                connection = subscribed;
                if (inFlight.isFull()) {
                    subscribed.pause();
                }
                become(State.CONNECTED);
            });
        }

        @Override
        public void lost(Throwable cause) {
            connection.lost(cause);
            connection = null;
            if (state != State.CLOSED) {
                become(State.RECONNECTING);
            }
        }
    }

    private void deliver(String channel, Buffer message) {
        Subscription subscription = subscriptions.get(channel);
        if (subscription != null) {
            accept(subscription, message);
        }
    }
}
