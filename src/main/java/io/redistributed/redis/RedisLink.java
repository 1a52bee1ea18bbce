package io.redistributed.redis;

import io.redistributed.vertx.internal.Backoff;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Keeps one Redis connection and reconnects it with exponential backoff, which the Vert.x client does not. With
 * Sentinel or a cluster, each attempt goes to the current master, and the connection is replaced when the master
 * changes.
 *
 * <p>Runs on the event loop of the Vert.x context that creates the link, also for a worker context. The listener is
 * called there and never on a duplicated context, so the connection keeps no request's trace. The methods may be called
 * from any thread.
 *
 * @since 0.1.0
 */
public final class RedisLink {

    /** Receives the connections of a link. */
    public interface Listener {

        /**
         * Prepares a new connection, which has only the link's handlers. The link is connected once the future
         * succeeds. If it fails or takes longer than the connect timeout, the connection is dropped and the link
         * retries.
         *
         * @param connection connection to use until {@link #lost}
         * @return completes when the connection is ready; fails if it cannot be used
         */
        Future<Void> connected(RedisConnection connection);

        /**
         * Handles the loss of the connection. Called once after each {@link #connected}, whether or not that has
         * completed. The link reconnects unless it is being closed.
         *
         * @param cause reason
         */
        void lost(Throwable cause);
    }

    private static final Logger log = LoggerFactory.getLogger(RedisLink.class);

    /** Interval between checks that the server is still the master, ±20%. */
    private static final long WATCH_MILLIS = 1_000;

    /** A server that is lost again within this time for the same reason is approached more and more slowly. */
    private static final long CALM_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** After this time an outage is logged even if the loss was not, because another one was logged shortly before. */
    private static final long LASTING_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Vertx vertx;
    private final Context context;
    private final RedisSettings settings;
    private final Locator locator;
    private final Listener listener;
    private final Duration longestSilence;
    private final Backoff backoff = newBackoff();

    // One client per connection: closing the client closes the socket, while closing the connection may return it to
    // the pool half-open.
    private @Nullable Redis client;
    private @Nullable String url;
    private @Nullable RedisConnection connection;
    private @Nullable Promise<Void> ready;
    private boolean connected;
    private volatile boolean closing;
    private String lostFor = "";
    private volatile String outage = "not yet connected";
    private long lostAt;
    private @Nullable LossLog losses;
    private long watch;

    /**
     * Creates a link, not yet connected.
     *
     * @param vertx the link runs on its current event loop, or any if the caller is on none
     * @param settings server and timeouts
     * @param listener receives the connections
     */
    public RedisLink(Vertx vertx, RedisSettings settings, Listener listener) {
        this(vertx, settings, listener, Duration.ZERO);
    }

    /**
     * @param longestSilence time without a byte from the server after which the connection is lost; zero for no limit.
     *     Needed for a socket that the server does not read, as closing it waits until pending writes are sent.
     */
    RedisLink(Vertx vertx, RedisSettings settings, Listener listener, Duration longestSilence) {
        this.vertx = vertx;
        this.context = VertxInternals.eventLoopOf(VertxInternals.current(vertx));
        this.settings = settings;
        this.locator = Locator.of(vertx, settings);
        this.listener = listener;
        this.longestSilence = longestSilence;
    }

    /** Returns the delays between attempts; the low limit shortens the downtime after Redis is back. */
    static Backoff newBackoff() {
        return new Backoff(50, 500);
    }

    /** {@return the event loop that the link runs on} */
    public Context context() {
        return context;
    }

    /**
     * Runs the action on the link's event loop.
     *
     * @param <T> type of the result
     * @param action action that does not block
     * @return its result, on the caller's Vert.x context
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
     * Connects. A failed first attempt is reported and not retried, so that a wrong address fails at start.
     *
     * @return completes when connected; fails with a {@link RedisUnavailableException}
     */
    public Future<Void> open() {
        return call(() -> attempt()
                .onSuccess(v -> watch())
                .recover(cause -> Future.failedFuture(new RedisUnavailableException(
                        "cannot connect to Redis at " + settings + ": " + reason(cause), cause))));
    }

    /**
     * Drops the connection and reconnects.
     *
     * @param why reason for the log
     */
    public void drop(String why) {
        drop(new RedisUnavailableException(why, null));
    }

    /**
     * Drops the connection and reconnects, see {@link #drop(String)}.
     *
     * @param why reason for the log and the listener
     */
    public void drop(RedisUnavailableException why) {
        VertxInternals.run(context, () -> {
            if (connection != null) {
                lost(connection, why);
            }
        });
    }

    /**
     * Drops the connection if an error reply shows that another server is the master.
     *
     * @param failure failure of a command
     * @return whether the connection was dropped
     */
    public boolean dropIfMisplaced(Throwable failure) {
        boolean misplaced = RedisErrorClass.of(failure, settings.slot()) == RedisErrorClass.MISPLACED;
        if (misplaced) {
            drop(RedisErrorClass.text(failure));
        }
        return misplaced;
    }

    /** Returns why there is no connection, as of the latest attempt; empty while there is one. Safe to use from any thread. */
    String outage() {
        return outage;
    }

    /** Returns the server of the current or last connection. */
    RedisUrl server() {
        return RedisUrl.parse(url);
    }

    /**
     * Sends commands to the server of the current or last connection over a separate connection. For commands that a
     * subscribed connection cannot send.
     *
     * @param questions read-only commands
     * @return the replies in order; fails if one is an error, or they do not arrive within a second
     */
    public Future<List<Response>> ask(Request... questions) {
        return call(() -> new NodeProbe(vertx, settings, settings.credentials()).ask(url, questions));
    }

    /** Stops reconnecting. The connection is used until {@link #close}, and its loss is not logged. */
    public void expectEnd() {
        closing = true;
    }

    /**
     * Closes the link.
     *
     * @return completes when it is closed
     */
    public Future<Void> close() {
        expectEnd();
        return call(() -> {
            context.owner().cancelTimer(watch);
            outage = "closed";
            return discard(new RedisUnavailableException("connection to Redis at " + settings + " is closed", null));
        });
    }

    private Future<Void> attempt() {
        return locate(null).compose(found -> withCredentials(found).compose(login -> connect(found, login)));
    }

    private Future<String> withCredentials(String found) {
        Promise<String> read = VertxInternals.promise(context);
        Credentials.into(found, settings.credentials(), vertx).onComplete(read);
        return read.future().timeout(settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private Future<String> locate(@Nullable String current) {
        // The locator's future may complete on the context of another link.
        Promise<String> located = VertxInternals.promise(context);
        VertxInternals.succeeded(context).compose(v -> locator.locate(current)).onComplete(located);
        return located.future().timeout(settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private Future<Void> connect(String found, String login) {
        if (closing) {
            return Future.failedFuture("closed");
        }
        Redis attempted =
                Redis.createClient(vertx, ClientOptions.of(login, settings, settings.connectTimeout(), longestSilence));
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
            return Future.failedFuture("closed while connecting");
        }
        connection = fresh;
        ready = VertxInternals.promise(context);
        fresh.exceptionHandler(cause -> lost(fresh, cause));
        fresh.endHandler(
                v -> lost(fresh, new RedisUnavailableException("closed by the server, or idle for too long", null)));
        listener.connected(fresh).onSuccess(ready::tryComplete).onFailure(ready::tryFail);
        return ready.future().onSuccess(v -> {
            connected = true;
            outage = "";
        });
    }

    private void lost(RedisConnection which, Throwable cause) {
        if (which != connection) {
            return;
        }
        boolean wasConnected = connected;
        discard(cause);
        // While the connection is being set up, attempt() fails and its caller retries.
        if (wasConnected && !closing) {
            noteLoss(RedisErrorClass.text(cause));
            log.atLevel(losses.lost(lostFor))
                    .log("Lost connection to Redis at {}, reconnecting: {}", server(), reason(cause));
            reconnectLater();
        }
    }

    private void noteLoss(String why) {
        long now = System.nanoTime();
        if (!why.equals(lostFor) || now - lostAt > CALM_NANOS) {
            backoff.reset();
        }
        lostFor = why;
        outage = why;
        lostAt = now;
        losses = LossLog.of(vertx, server());
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
                .onSuccess(v -> log.atLevel(losses.reconnected()).log("Reconnected to Redis at {}", server()))
                .onFailure(cause -> {
                    noteFailedAttempt(cause);
                    if (!closing) {
                        reconnectLater();
                    }
                }));
    }

    /** Logs a refusal, such as a wrong password, at once, since it needs an operator, and an outage if it lasts. */
    private void noteFailedAttempt(Throwable cause) {
        boolean unreadable = cause instanceof UnreadableCredentialsException;
        boolean refused = RedisErrorClass.of(cause, -1) == RedisErrorClass.REFUSED;
        boolean lasts = System.nanoTime() - lostAt > LASTING_NANOS;
        outage = refused ? RedisErrorClass.text(cause) : reason(cause);
        log.atLevel(unreadable || refused || lasts ? losses.failed(outage) : Level.DEBUG)
                .log(
                        unreadable
                                ? "Cannot log in to Redis at {}: {}"
                                : refused
                                        ? "Redis at {} refuses the connection: {}"
                                        : "Redis at {} is still unavailable: {}",
                        settings,
                        outage);
    }

    private Future<Void> closeClient() {
        if (client == null) {
            return Future.succeededFuture();
        }
        Redis closed = client;
        client = null;
        return closed.close();
    }

    /** Replaces the connection if another server has become the master: a partitioned old master keeps answering. */
    private void watch() {
        if (closing || settings.mode() == RedisSettings.Mode.STANDALONE) {
            return;
        }
        watch = VertxInternals.setTimer(context, Backoff.around(WATCH_MILLIS), () -> {
            RedisConnection watched = connection;
            locate(url).onComplete(located -> {
                if (connected && located.succeeded() && !located.result().equals(url)) {
                    lost(
                            watched,
                            new RedisUnavailableException(
                                    RedisUrl.parse(located.result()) + " is the master now", null));
                }
                watch();
            });
        });
    }

    private String reason(Throwable cause) {
        if (cause instanceof TimeoutException) {
            return "no answer within " + settings.connectTimeout().toMillis() + " ms";
        }
        String text = text(cause);
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        // A failed handshake says that there is no path to a certificate, its root that a certificate has expired.
        return text.contains(text(root)) ? text : text + " (" + text(root) + ')';
    }

    private static String text(Throwable cause) {
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
