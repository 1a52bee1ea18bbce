package io.redistributed.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Redis connection that comes back by itself: the Vert.x client has no reconnect. After a loss it tries again, with
 * backoff, until it is closed.
 *
 * <p>Runs on one event loop: that of the caller's Vert.x context when the link is made. The listener is called there,
 * never within a duplicated context, so nothing of one request's trace sticks to the connection.
 */
public final class RedisLink {

    /** What the owner of a link does with its connections. */
    public interface Listener {

        /**
         * A new connection is there, with no handlers but the link's. The link counts as connected once the future
         * succeeds; if it fails, the connection is dropped and the next attempt follows.
         */
        Future<Void> connected(RedisConnection connection);

        /** The connection is gone; the next attempt is on its way, unless the link is being closed. */
        void lost(Throwable cause);
    }

    /** Commands that may wait for their replies on one connection; Vert.x refuses the next at once. */
    static final int MAX_PIPELINED = 16_384;

    private static final Logger log = LoggerFactory.getLogger(RedisLink.class);

    private final Vertx vertx;
    private final ContextInternal context;
    private final RedisSettings settings;
    private final Listener listener;
    private final Backoff backoff = new Backoff();

    // A client per connection: closing the client closes the socket for certain, while closing a connection may just
    // put it back into the client's pool, half-open as it is.
    private Redis client;
    private RedisConnection connection;
    private boolean connected;
    private boolean closing;

    public RedisLink(Vertx vertx, RedisSettings settings, Listener listener) {
        this.vertx = vertx;
        this.context = ((ContextInternal) vertx.getOrCreateContext()).unwrap();
        this.settings = settings;
        this.listener = listener;
    }

    /**
     * Connects. A first attempt that fails is reported and not repeated: a wrong address should be told at the start.
     */
    public Future<Void> open() {
        Promise<Void> opened = Promise.promise();
        context.runOnContext(v -> attempt()
                .recover(cause -> Future.failedFuture(new RedisUnavailableException(
                        "cannot connect to Redis at " + settings + ": " + reason(cause), cause)))
                .onComplete(opened));
        return opened.future();
    }

    /** Gives up a connection that has gone dead without saying so; the next attempt follows. */
    public void drop(String why) {
        context.runOnContext(v -> {
            if (connection != null) {
                lost(connection, new RedisUnavailableException(why, null));
            }
        });
    }

    /** Closes the connection for good. Calls the listener no more. */
    public Future<Void> close() {
        Promise<Void> closed = Promise.promise();
        context.runOnContext(v -> {
            closing = true;
            connected = false;
            connection = null;
            closeClient().onComplete(closed);
        });
        return closed.future();
    }

    private Future<Void> attempt() {
        Redis attempted = Redis.createClient(vertx, options());
        client = attempted;
        return attempted
                .connect()
                .timeout(settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .compose(this::adopt)
                .onFailure(cause -> {
                    connection = null;
                    attempted.close();
                });
    }

    private Future<Void> adopt(RedisConnection fresh) {
        if (closing) {
            return Future.failedFuture("closed while connecting");
        }
        connection = fresh;
        fresh.exceptionHandler(cause -> lost(fresh, cause));
        fresh.endHandler(v -> lost(fresh, new RedisUnavailableException("the connection was closed", null)));
        return listener.connected(fresh)
                .timeout(settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .compose(v -> {
                    if (connection != fresh) {
                        return Future.failedFuture("the connection was lost while it was set up");
                    }
                    connected = true;
                    backoff.reset();
                    return Future.succeededFuture();
                });
    }

    private void lost(RedisConnection which, Throwable cause) {
        if (which != connection) {
            return;
        }
        connection = null;
        closeClient();
        // While it is being set up, attempt() fails and the one who asked for it goes on from there.
        if (connected) {
            connected = false;
            log.warn("Lost the connection to Redis at {}: {}", settings, reason(cause));
            listener.lost(cause);
            reconnectLater();
        }
    }

    private void reconnectLater() {
        context.setTimer(backoff.nextMillis(), id -> {
            if (!closing) {
                attempt()
                        .onSuccess(v -> log.info("Connected to Redis at {} again", settings))
                        .onFailure(cause -> {
                            log.debug("Redis at {} is still away: {}", settings, reason(cause));
                            if (!closing) {
                                reconnectLater();
                            }
                        });
            }
        });
    }

    private Future<Void> closeClient() {
        if (client == null) {
            return Future.succeededFuture();
        }
        Redis closed = client;
        client = null;
        return closed.close();
    }

    private RedisOptions options() {
        NetClientOptions net = new NetClientOptions()
                .setConnectTimeout((int) settings.connectTimeout().toMillis())
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true);
        return new RedisOptions()
                .setConnectionString(settings.url())
                .setNetClientOptions(net)
                .setMaxPoolSize(1)
                .setMaxPoolWaiting(1)
                .setPoolCleanerInterval(-1)
                .setPoolRecycleTimeout(-1)
                .setMaxWaitingHandlers(MAX_PIPELINED)
                // Our own spans say more: which script, under which service.
                .setTracingPolicy(TracingPolicy.IGNORE);
    }

    private static String reason(Throwable cause) {
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
