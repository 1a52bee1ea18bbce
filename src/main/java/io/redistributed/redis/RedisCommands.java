package io.redistributed.redis;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Commands over one held connection: pipelined, reconnecting, and never waiting for ever, as a server that falls silent
 * is given up and its commands fail. Each command is a CLIENT span of the current trace, if there is one.
 *
 * <p>Safe to use from any thread; best on the event loop it was made on. Replies arrive on the caller's Vert.x context.
 */
public final class RedisCommands {

    private final Vertx vertx;
    private final RedisSettings settings;
    private final CommandSpans spans;
    private final RedisLink link;
    private final long pings;

    private volatile RedisConnection connection;
    private volatile boolean closed;

    private RedisCommands(Vertx vertx, RedisSettings settings, OpenTelemetry openTelemetry) {
        this.vertx = vertx;
        this.settings = settings;
        this.spans = new CommandSpans(openTelemetry, settings);
        this.link = new RedisLink(vertx, settings, new Listener(), settings.commandTimeout());
        // A server that lives is never silent for as long as the link allows.
        long often = Math.max(1, settings.commandTimeout().toMillis() / 2);
        this.pings = link.context().setPeriodic(often, id -> ping());
    }

    /**
     * Connects; call it on the event loop that will use the commands.
     *
     * @return the connected commands, or a {@link RedisUnavailableException} that names the address and the reason
     */
    public static Future<RedisCommands> connect(Vertx vertx, RedisSettings settings, OpenTelemetry openTelemetry) {
        RedisCommands commands = new RedisCommands(vertx, settings, openTelemetry);
        return commands.link.open().map(commands).recover(cause -> commands.close()
                .transform(v -> Future.failedFuture(cause)));
    }

    public boolean isConnected() {
        return connection != null;
    }

    /**
     * Sends one command, once.
     *
     * @return the reply; or a {@link RedisUnavailableException} if there is no connection, or it is lost before the
     *     reply: then the command may or may not have been carried out; or the server's error
     */
    public Future<Response> send(Request request) {
        return spans.trace(operation(request.command()), null, () -> transmit(request));
    }

    /** Sends a command that only reads, again and again if need be, until Redis has answered or {@code within} has passed. */
    public Future<Response> read(Request request, Duration within) {
        Supplier<Future<Response>> call = Context.current().wrapSupplier(() -> send(request));
        return retrying(call, new Backoff(), System.nanoTime() + within.toNanos());
    }

    /**
     * Publishes one message. Makes no span: the publisher's PRODUCER span stands for the call.
     *
     * @return how many subscribers received it
     */
    public Future<Integer> publish(String channel, Buffer message) {
        return transmit(Request.cmd(Command.PUBLISH).arg(channel).arg(message)).map(Response::toInteger);
    }

    /**
     * Runs a script by {@code EVALSHA}, and by {@code EVAL} if the server does not have it.
     *
     * @param args strings, numbers or {@link Buffer}s
     * @return as {@link #send}
     */
    public Future<Response> run(LuaScript script, List<String> keys, List<?> args) {
        return spans.trace("EVALSHA", script.name(), () -> transmit(request(Command.EVALSHA, script.sha1(), keys, args))
                .recover(cause -> isError(cause, "NOSCRIPT")
                        ? transmit(request(Command.EVAL, script.source(), keys, args))
                        : Future.failedFuture(cause)));
    }

    /**
     * Runs a script, again and again if need be, until Redis has answered or {@code within} has passed. Only for scripts
     * that do no more when they are run twice, since a lost reply looks the same as a lost command.
     */
    public Future<Response> runUntilAnswered(LuaScript script, List<String> keys, List<?> args, Duration within) {
        Supplier<Future<Response>> call = Context.current().wrapSupplier(() -> run(script, keys, args));
        return retrying(call, new Backoff(), System.nanoTime() + within.toNanos());
    }

    /** Closes the connection; commands without a reply fail. */
    public Future<Void> close() {
        closed = true;
        vertx.cancelTimer(pings);
        return link.close();
    }

    private Future<Response> retrying(Supplier<Future<Response>> call, Backoff backoff, long deadline) {
        return call.get().recover(cause -> {
            if (closed || !isPassing(cause) || deadline - System.nanoTime() <= 0) {
                return Future.failedFuture(cause);
            }
            Promise<Void> pause = Promise.promise();
            vertx.setTimer(backoff.nextMillis(), id -> pause.complete());
            return pause.future().compose(v -> retrying(call, backoff, deadline));
        });
    }

    private Future<Response> transmit(Request request) {
        return link.call(() ->
                        connection == null ? Future.failedFuture("the connection is away") : connection.send(request))
                .recover(cause -> Future.failedFuture(isServerError(cause) ? cause : unavailable(cause)));
    }

    private RedisUnavailableException unavailable(Throwable cause) {
        return new RedisUnavailableException("Redis at " + settings + " did not answer: " + cause.getMessage(), cause);
    }

    private void ping() {
        if (connection != null) {
            // A failure is told by the link.
            transmit(Request.cmd(Command.PING)).onFailure(cause -> {});
        }
    }

    private static Request request(Command command, String script, List<String> keys, List<?> args) {
        Request request = Request.cmd(command).arg(script).arg(keys.size());
        keys.forEach(request::arg);
        for (Object arg : args) {
            if (arg instanceof Buffer bytes) {
                request.arg(bytes);
            } else {
                request.arg(String.valueOf(arg));
            }
        }
        return request;
    }

    private static String operation(Command command) {
        return command.toString().toUpperCase(Locale.ROOT);
    }

    // Vert.x gives a lost connection the same type as an error reply of the server.
    private static boolean isServerError(Throwable cause) {
        return cause instanceof Response reply
                && reply.type() == ResponseType.ERROR
                && !"CONNECTION_CLOSED".equals(cause.getMessage());
    }

    private static boolean isError(Throwable cause, String code) {
        return isServerError(cause) && String.valueOf(cause.getMessage()).startsWith(code);
    }

    private static boolean isPassing(Throwable cause) {
        return cause instanceof RedisUnavailableException
                || isError(cause, "LOADING")
                || isError(cause, "BUSY")
                || isError(cause, "READONLY")
                || isError(cause, "MASTERDOWN");
    }

    private final class Listener implements RedisLink.Listener {

        @Override
        public Future<Void> connected(RedisConnection fresh) {
            connection = fresh;
            return Future.succeededFuture();
        }

        @Override
        public void lost(Throwable cause) {
            connection = null;
        }
    }
}
