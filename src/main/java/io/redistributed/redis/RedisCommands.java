package io.redistributed.redis;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.redistributed.vertx.internal.Backoff;
import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends commands over one pipelined connection that reconnects. If the server stops answering, the connection is closed
 * and its commands fail. Each command is a CLIENT span of the current trace, if there is one.
 *
 * <p>Safe to use from any thread, fastest on the event loop it was created on. Replies arrive on the caller's Vert.x
 * context.
 *
 * @since 0.1.0
 */
public final class RedisCommands {

    private static final String OUT_OF_STEP = "a reply does not belong to its command";

    private final Vertx vertx;
    private final RedisSettings settings;
    private final CommandTelemetry telemetry;
    private final RedisLink link;
    private final CommandLimit limit;
    private final long pings;
    private final Runnable stayOpen;

    private volatile @Nullable RedisConnection connection;
    private volatile boolean closed;

    private RedisCommands(Vertx vertx, RedisSettings settings, OpenTelemetry openTelemetry) {
        this.vertx = vertx;
        this.settings = settings;
        this.telemetry = new CommandTelemetry(openTelemetry, settings);
        this.link = new RedisLink(vertx, settings, new Listener(), settings.commandTimeout());
        this.limit = new CommandLimit(settings.maxWaitingCommands());
        // Pings keep a connection to a live server from reaching the idle limit.
        long often = Math.max(1, settings.commandTimeout().toMillis() / 2);
        this.pings = VertxInternals.setPeriodic(link.context(), often, this::ping);
        this.stayOpen = VertxInternals.onClose(VertxInternals.current(vertx), this::close);
    }

    /**
     * Connects. Call it on the event loop that will send the commands.
     *
     * @param vertx the connection uses its current event loop, or any if the caller is on none
     * @param settings server and timeouts
     * @param openTelemetry records spans and metrics
     * @return the connected commands; fails with a {@link RedisUnavailableException} that names the address and the
     *     reason
     */
    public static Future<RedisCommands> connect(Vertx vertx, RedisSettings settings, OpenTelemetry openTelemetry) {
        RedisCommands commands = new RedisCommands(vertx, settings, openTelemetry);
        return commands.link.open().map(commands).recover(cause -> commands.close()
                .transform(v -> Future.failedFuture(cause)));
    }

    /** {@return whether channels are sharded, see {@link RedisSettings#isSharded}} */
    public boolean isSharded() {
        return settings.isSharded();
    }

    /** {@return whether the connection is up} */
    public boolean isConnected() {
        return connection != null;
    }

    /** {@return why the connection is not up, as of the latest attempt to connect; empty if it is} */
    public String outage() {
        return link.outage();
    }

    /**
     * Completes when fewer commands wait for their replies than {@link RedisSettings#maxWaitingCommands}. Await it
     * before each command of a large batch; the place is not reserved.
     *
     * @return completes on the caller's Vert.x context
     */
    public Future<Void> ready() {
        return limit.ready(() -> VertxInternals.promise(vertx));
    }

    /**
     * Sends one command without retries.
     *
     * @param request command and arguments; not a blocking command, as it would delay all others
     * @return the reply. Fails with a {@link RedisUnavailableException} if there is no connection, or it is lost before
     *     the reply: then the command may have been executed. Fails with the same exception, caused by the server's
     *     error, if the server is loading, is no longer the master, or is migrating the key. Fails with a
     *     {@link RedisRefusedException} if an operator must act first, and otherwise with the server's error
     */
    public Future<Response> send(Request request) {
        return sendShared(request, List.of(Context.current()));
    }

    /**
     * Sends read-only commands in one write, under one span.
     *
     * @param requests one or more commands that do not block
     * @return the replies in the order of the requests; fails as {@link #send} for the first request that fails
     */
    public Future<List<Response>> pipeline(List<Request> requests) {
        return telemetry
                .traceBatch(commonOperation(requests), requests.size(), () -> transmitAll(requests))
                .recover(this::explain);
    }

    /**
     * Sends one command on behalf of several callers, without retries.
     *
     * @param request command and arguments
     * @param callers contexts of the callers; each traced one gets a span for the command
     * @return as {@link #send}
     */
    public Future<Response> sendShared(Request request, List<Context> callers) {
        return telemetry
                .traceShared(operation(request.command()), null, callers, () -> transmit(request))
                .recover(this::explain);
    }

    /**
     * Sends a read-only command and retries it until Redis answers.
     *
     * @param request command and arguments
     * @param within time in which a retry may start
     * @return as {@link #send}
     */
    public Future<Response> read(Request request, Duration within) {
        Supplier<Future<Response>> call = Context.current().wrapSupplier(() -> send(request));
        return retrying(call, RedisLink.newBackoff(), System.nanoTime() + within.toNanos());
    }

    /**
     * Publishes one message by {@link RedisSettings#publishCommand()}. Starts no span, as the publisher has a PRODUCER
     * span.
     *
     * @param channel target channel
     * @param message header and body
     * @return the number of subscribers that received it (in a cluster without a hash tag, those of one node only);
     *     fails as {@link #send}
     */
    public Future<Integer> publish(String channel, Buffer message) {
        Command publish = settings.isSharded() ? Command.SPUBLISH : Command.PUBLISH;
        return transmit(Request.cmd(publish).arg(channel).arg(message))
                .recover(this::explain)
                .map(Response::toInteger);
    }

    /**
     * Runs a script by {@code EVALSHA}, or by {@code EVAL} if the server does not know it.
     *
     * @param script script to run
     * @param keys keys; in a cluster, of one slot
     * @param args strings, numbers, {@link Buffer}s or byte arrays
     * @return as {@link #send}
     */
    public Future<Response> run(LuaScript script, List<String> keys, List<?> args) {
        return runShared(script, keys, args, List.of(Context.current()));
    }

    /**
     * Runs a script on behalf of several callers, see {@link #run}.
     *
     * @param script script to run
     * @param keys keys; in a cluster, of one slot
     * @param args strings, numbers, {@link Buffer}s or byte arrays
     * @param callers contexts of the callers; each traced one gets a span for the call
     * @return as {@link #send}
     */
    public Future<Response> runShared(LuaScript script, List<String> keys, List<?> args, List<Context> callers) {
        return telemetry
                .traceShared("EVALSHA", script.name(), callers, () -> evaluate(script, keys, args))
                .recover(this::explain);
    }

    private Future<Response> evaluate(LuaScript script, List<String> keys, List<?> args) {
        return transmit(request(Command.EVALSHA, script.sha1(), keys, args))
                .recover(cause -> isNoScript(cause)
                        ? transmit(request(Command.EVAL, script.source(), keys, args))
                        : Future.failedFuture(cause));
    }

    /**
     * Runs a script and retries it until Redis answers. Only for idempotent scripts, since a lost reply looks the same
     * as a lost command.
     *
     * @param script script to run
     * @param keys keys; in a cluster, of one slot
     * @param args strings, numbers, {@link Buffer}s or byte arrays
     * @param within time in which a retry may start
     * @return as {@link #send}; a {@link RedisRefusedException} is not retried
     */
    public Future<Response> runUntilAnswered(LuaScript script, List<String> keys, List<?> args, Duration within) {
        Supplier<Future<Response>> call = Context.current().wrapSupplier(() -> run(script, keys, args));
        return retrying(call, RedisLink.newBackoff(), System.nanoTime() + within.toNanos());
    }

    /**
     * Reads a reply whose shape is known. If it has another shape, a reply was lost and all later ones belong to other
     * commands: the connection is dropped.
     *
     * @param <T> type of the result
     * @param reply reply to a command of this connection; null for a nil
     * @param reader fails with any exception if the reply has another shape
     * @return what the reader returns; a {@link RedisUnavailableException} if it fails, as for a lost connection
     */
    public <T> Future<T> decode(@Nullable Response reply, Function<Response, T> reader) {
        try {
            return Future.succeededFuture(reader.apply(reply));
        } catch (RuntimeException e) {
            link.drop(OUT_OF_STEP);
            return Future.failedFuture(
                    new RedisUnavailableException("Redis at " + settings + " did not answer: " + OUT_OF_STEP, e));
        }
    }

    /**
     * Closes the connection. Commands without a reply fail.
     *
     * @return completes when it is closed
     */
    public Future<Void> close() {
        closed = true;
        stayOpen.run();
        vertx.cancelTimer(pings);
        return link.close();
    }

    private Future<Response> retrying(Supplier<Future<Response>> call, Backoff backoff, long deadline) {
        return call.get().recover(cause -> {
            boolean again = cause instanceof RedisUnavailableException && !(cause instanceof RedisRefusedException);
            if (closed || !again || deadline - System.nanoTime() <= 0) {
                return Future.failedFuture(cause);
            }
            Promise<Void> pause = Promise.promise();
            vertx.setTimer(backoff.nextMillis(), id -> pause.complete());
            return pause.future().compose(v -> retrying(call, backoff, deadline));
        });
    }

    private Future<Response> transmit(Request request) {
        return transmit(1, there -> there.send(request));
    }

    private Future<List<Response>> transmitAll(List<Request> requests) {
        // The client joins errors into one text, so each command is checked separately.
        return transmit(requests.size(), there -> there.batch(requests))
                .recover(joined -> joined instanceof TooManyCommandsException
                        ? Future.failedFuture(joined)
                        : Future.all(requests.stream().map(this::transmit).toList())
                                .map(all -> all.list()));
    }

    private <T> Future<T> transmit(int commands, Function<RedisConnection, Future<T>> call) {
        if (!limit.enter(commands)) {
            return Future.failedFuture(new TooManyCommandsException(settings.maxWaitingCommands()
                    + " commands wait for replies from Redis at " + settings
                    + " (maxWaitingCommands); await ready() before the next one"));
        }
        return link.call(() -> connection == null
                        ? Future.<T>failedFuture("not connected (" + link.outage() + ')')
                        : call.apply(connection).onFailure(link::dropIfMisplaced))
                .onComplete(done -> limit.leave(commands))
                .recover(cause -> Future.failedFuture(
                        RedisErrorClass.of(cause, settings.slot()) == RedisErrorClass.NONE
                                ? unavailable("did not answer", cause)
                                : cause));
    }

    /** Maps the server's error, which spans record, to the exception for callers. */
    private <T> Future<T> explain(Throwable cause) {
        return Future.failedFuture(
                switch (RedisErrorClass.of(cause, settings.slot())) {
                    case MISPLACED, LATER -> unavailable("cannot execute the command now", cause);
                    case REFUSED ->
                        new RedisRefusedException(
                                RedisErrorClass.code(cause),
                                "Redis at " + settings + " refuses the command: " + RedisErrorClass.text(cause),
                                cause);
                    case FINAL, NONE -> cause;
                });
    }

    private RedisUnavailableException unavailable(String why, Throwable cause) {
        return new RedisUnavailableException(
                "Redis at " + settings + " " + why + ": " + RedisErrorClass.text(cause), cause);
    }

    /** Checks that the server answers, and that replies still belong to their commands: after a lost one, none does. */
    private void ping() {
        if (connection != null) {
            String nonce = String.valueOf(System.nanoTime());
            transmit(Request.cmd(Command.PING).arg(nonce))
                    .onSuccess(echo -> {
                        if (!nonce.equals(String.valueOf(echo))) {
                            link.drop(OUT_OF_STEP);
                        }
                    })
                    // The link reports a failed ping.
                    .onFailure(cause -> {});
        }
    }

    private static Request request(Command command, String script, List<String> keys, List<?> args) {
        Request request = Request.cmd(command).arg(script).arg(keys.size());
        keys.forEach(request::arg);
        for (Object arg : args) {
            if (arg instanceof Buffer buffer) {
                request.arg(buffer);
            } else if (arg instanceof byte[] bytes) {
                request.arg(bytes);
            } else {
                request.arg(String.valueOf(arg));
            }
        }
        return request;
    }

    /** Returns the common name of the commands, or an empty text if they differ. */
    private static String commonOperation(List<Request> requests) {
        List<String> operations = requests.stream()
                .map(request -> operation(request.command()))
                .distinct()
                .toList();
        return operations.size() == 1 ? operations.get(0) : "";
    }

    private static String operation(Command command) {
        return command.toString().toUpperCase(Locale.ROOT);
    }

    private static boolean isNoScript(Throwable cause) {
        return RedisErrorClass.of(cause, -1) == RedisErrorClass.FINAL
                && String.valueOf(cause.getMessage()).startsWith("NOSCRIPT");
    }

    private final class Listener implements RedisLink.Listener {

        @Override
        public Future<Void> connected(RedisConnection fresh) {
            telemetry.connectedTo(link.server());
            connection = fresh;
            return Future.succeededFuture();
        }

        @Override
        public void lost(Throwable cause) {
            connection = null;
        }
    }
}
