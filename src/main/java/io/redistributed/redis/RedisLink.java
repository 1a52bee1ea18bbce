package io.redistributed.redis;

import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One Redis connection that comes back by itself: the Vert.x client has no reconnect. After a loss it tries again, with
 * backoff, until it is closed. With Sentinel or a cluster, each attempt goes to the server that is in charge then, and a
 * connection ends when another one is.
 *
 * <p>Runs on one event loop: that of the caller's Vert.x context when the link is made, also if that is a worker's. The
 * listener is called there, never within a duplicated context, so nothing of one request's trace sticks to the
 * connection. The methods may be called from any thread.
 *
 * @since 0.1.0
 */
public final class RedisLink {

    /** What the owner of a link does with its connections. */
    public interface Listener {

        /**
         * A new connection is there, with no handlers but the link's. The link counts as connected once the future
         * succeeds; if it fails, or takes longer than the connect timeout, the connection is dropped and the next
         * attempt follows.
         *
         * @param connection to be used until {@link #lost}
         * @return when it has been made ready, or why it cannot be
         */
        Future<Void> connected(RedisConnection connection);

        /**
         * The connection is gone; called once after each {@link #connected}, whether or not that has completed. The next
         * attempt is on its way, unless the link is being closed.
         *
         * @param cause why
         */
        void lost(Throwable cause);
    }

    private static final Logger log = LoggerFactory.getLogger(RedisLink.class);

    /** Between two looks, plus or minus a fifth, whether the server is still in charge. */
    private static final long WATCH_MILLIS = 1_000;

    /** A server that takes connections and refuses the first command, such as a replica, is lost many times a second. */
    private static final long LOG_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Vertx vertx;
    private final Context context;
    private final RedisSettings settings;
    private final Locator locator;
    private final Listener listener;
    private final Duration longestSilence;
    private final Backoff backoff = new Backoff();

    // A client per connection: closing the client closes the socket for certain, while closing a connection may just
    // put it back into the client's pool, half-open as it is.
    private @Nullable Redis client;
    private @Nullable String url;
    private @Nullable RedisConnection connection;
    private @Nullable Promise<Void> ready;
    private boolean connected;
    private volatile boolean closing;
    private String refusal = "";
    private String lostFor = "";
    private long lossLoggedAt;
    private Level lossLevel = Level.WARN;
    private long watch;

    /**
     * A link that is to be opened.
     *
     * @param vertx on whose current event loop, or some other one, it runs
     * @param settings where to connect to, and for how long to wait
     * @param listener the owner of its connections
     */
    public RedisLink(Vertx vertx, RedisSettings settings, Listener listener) {
        this(vertx, settings, listener, Duration.ZERO);
    }

    /**
     * @param longestSilence time without a byte from the server after which the connection counts as lost; zero for
     *     none. A socket that the server does not read from can be ended in no other way: to close it waits for what is
     *     written to be sent.
     */
    RedisLink(Vertx vertx, RedisSettings settings, Listener listener, Duration longestSilence) {
        this.vertx = vertx;
        this.context = VertxInternals.eventLoopOf(VertxInternals.current(vertx));
        this.settings = settings;
        this.locator = Locator.of(vertx, settings);
        this.listener = listener;
        this.longestSilence = longestSilence;
    }

    /** {@return the event loop that the link runs on} */
    public Context context() {
        return context;
    }

    /**
     * Runs the action on the link's event loop.
     *
     * @param <T> what it comes to
     * @param action must not block
     * @return its outcome, on the caller's Vert.x context
     */
    public <T> Future<T> call(Supplier<Future<T>> action) {
        Promise<T> outcome = VertxInternals.promise(vertx);
        VertxInternals.run(context, () -> begin(action).onComplete(outcome));
        return outcome.future();
    }

    private static <T> Future<T> begin(Supplier<Future<T>> action) {
        try {
            return action.get();
        } catch (Throwable e) {
            return Future.failedFuture(e);
        }
    }

    /**
     * Connects. A first attempt that fails is reported and not repeated: a wrong address should be told at the start.
     *
     * @return succeeds when connected, or a {@link RedisUnavailableException}
     */
    public Future<Void> open() {
        return call(() -> attempt()
                .onSuccess(v -> watch())
                .recover(cause -> Future.failedFuture(new RedisUnavailableException(
                        "cannot connect to Redis at " + settings + ": " + reason(cause), cause))));
    }

    /**
     * Gives up a connection that is of no more use although it has not said so; the next attempt follows.
     *
     * @param why for the log
     */
    public void drop(String why) {
        drop(new RedisUnavailableException(why, null));
    }

    /**
     * As {@link #drop(String)}.
     *
     * @param why for the log, and for the listener
     */
    public void drop(RedisUnavailableException why) {
        VertxInternals.run(context, () -> {
            if (connection != null) {
                lost(connection, why);
            }
        });
    }

    /**
     * Gives up the connection if the server's reply to a command shows that another one is in charge, by now or for the
     * time being.
     *
     * @param failure the reply
     * @return whether it is so
     */
    public boolean dropIfMisplaced(Throwable failure) {
        boolean misplaced = RedisErrorClass.of(failure, settings.slot()) == RedisErrorClass.MISPLACED;
        if (misplaced) {
            drop(failure.getMessage());
        }
        return misplaced;
    }

    /** The server that is, or was last, connected to. */
    RedisUrl server() {
        return RedisUrl.parse(url);
    }

    /**
     * Asks the server that is, or was last, connected to, over a connection of its own. For what a subscribed connection
     * cannot ask.
     *
     * @param questions commands without effects
     * @return the replies in their order; fails if one is an error, or they do not come within a second
     */
    public Future<List<Response>> ask(Request... questions) {
        return call(() -> new NodeProbe(vertx, settings).ask(url, questions));
    }

    /**
     * Tells that the connection is no longer needed: it is used until {@link #close}, and its loss is neither logged nor
     * mended.
     */
    public void expectEnd() {
        closing = true;
    }

    /**
     * Closes the connection for good.
     *
     * @return succeeds when it is closed
     */
    public Future<Void> close() {
        expectEnd();
        return call(() -> {
            context.owner().cancelTimer(watch);
            return discard(
                    new RedisUnavailableException("the connection to Redis at " + settings + " is closed", null));
        });
    }

    private Future<Void> attempt() {
        return locate(null).compose(this::connect);
    }

    private Future<String> locate(@Nullable String current) {
        // Its answer may come on the context of another link.
        Promise<String> located = VertxInternals.promise(context);
        VertxInternals.succeeded(context).compose(v -> locator.locate(current)).onComplete(located);
        return located.future().timeout(settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private Future<Void> connect(String found) {
        if (closing) {
            return Future.failedFuture("closed");
        }
        Redis attempted =
                Redis.createClient(vertx, ClientOptions.of(found, settings, settings.connectTimeout(), longestSilence));
        client = attempted;
        url = found;
        return VertxInternals.succeeded(context)
                .compose(v -> attempted.connect())
                .map(HiddenFromAgent::connection)
                .compose(fresh -> adopt(attempted, fresh))
                .timeout(settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(cause -> {
                    if (client == attempted) {
                        discard(cause);
                    }
                });
    }

    private Future<Void> adopt(Redis attempted, RedisConnection fresh) {
        if (client != attempted) {
            return Future.failedFuture("given up while connecting");
        }
        connection = fresh;
        ready = VertxInternals.promise(context);
        fresh.exceptionHandler(cause -> lost(fresh, cause));
        fresh.endHandler(
                v -> lost(fresh, new RedisUnavailableException("it was closed, or silent for too long", null)));
        listener.connected(fresh).onSuccess(ready::tryComplete).onFailure(ready::tryFail);
        return ready.future().onSuccess(v -> connected = true);
    }

    private void lost(RedisConnection which, Throwable cause) {
        if (which != connection) {
            return;
        }
        boolean wasConnected = connected;
        discard(cause);
        // While it is being set up, attempt() fails and the one who asked for it goes on from there.
        if (wasConnected && !closing) {
            noteLoss(RedisErrorClass.text(cause));
            log.atLevel(lossLevel).log("Lost the connection to Redis at {}: {}", server(), reason(cause));
            reconnectLater();
        }
    }

    /** The same loss soon after the last one is no news, and the next attempt is to come later. */
    private void noteLoss(String why) {
        long now = System.nanoTime();
        boolean repeated = why.equals(lostFor) && now - lossLoggedAt < LOG_PAUSE_NANOS;
        lossLevel = repeated ? Level.DEBUG : Level.WARN;
        if (!repeated) {
            lostFor = why;
            lossLoggedAt = now;
            backoff.reset();
        }
    }

    private Future<Void> discard(Throwable cause) {
        Future<Void> closed = closeClient();
        if (connection != null) {
            connection = null;
            connected = false;
            ready.tryFail(cause);
            listener.lost(cause);
        }
        return closed;
    }

    private void reconnectLater() {
        VertxInternals.setTimer(context, backoff.nextMillis(), () -> attempt()
                .onSuccess(v -> {
                    log.atLevel(lossLevel == Level.WARN ? Level.INFO : Level.DEBUG)
                            .log("Connected to Redis at {} again", server());
                    refusal = "";
                })
                .onFailure(cause -> {
                    logFailedAttempt(cause);
                    if (!closing) {
                        reconnectLater();
                    }
                }));
    }

    /** A server that is down comes back by itself; one that refuses, such as a wrong password, needs an operator. */
    private void logFailedAttempt(Throwable cause) {
        String code = RedisErrorClass.code(cause);
        if (RedisErrorClass.of(cause, -1) == RedisErrorClass.REFUSED && !code.equals(refusal)) {
            refusal = code;
            log.warn("Redis at {} refuses the connection: {}", settings, RedisErrorClass.text(cause));
        } else {
            log.debug("Redis at {} is still away: {}", settings, reason(cause));
        }
    }

    private Future<Void> closeClient() {
        if (client == null) {
            return Future.succeededFuture();
        }
        Redis closed = client;
        client = null;
        return closed.close();
    }

    /** A server that was cut off from the others goes on answering although they have put another in its place. */
    private void watch() {
        if (closing || settings.mode() == RedisSettings.Mode.STANDALONE) {
            return;
        }
        long pause = WATCH_MILLIS * 4 / 5 + ThreadLocalRandom.current().nextLong(WATCH_MILLIS * 2 / 5);
        watch = VertxInternals.setTimer(context, pause, () -> {
            RedisConnection watched = connection;
            locate(url).onComplete(located -> {
                if (connected && located.succeeded() && !located.result().equals(url)) {
                    lost(
                            watched,
                            new RedisUnavailableException(RedisUrl.parse(located.result()) + " is in its place", null));
                }
                watch();
            });
        });
    }

    private String reason(Throwable cause) {
        if (cause instanceof TimeoutException) {
            return "no answer within " + settings.connectTimeout().toMillis() + " ms";
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
