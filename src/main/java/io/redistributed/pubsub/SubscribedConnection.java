package io.redistributed.pubsub;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiConsumer;

/**
 * The subscribed state of one connection. Only SUBSCRIBE and UNSUBSCRIBE are ever sent here: the Vert.x client mixes up
 * the replies of anything else with the messages. Both are answered in order, by a push or an error; the future of the
 * client itself tells only that the command was written. Used on the event loop of the connection.
 */
final class SubscribedConnection {

    /** Nobody subscribes to it: to unsubscribe from it is a ping that is allowed here. */
    private static final String HEARTBEAT_CHANNEL = "redistributed:heartbeat";

    private final ContextInternal context;
    private final RedisConnection connection;
    private final BiConsumer<String, Buffer> messages;
    private final Deque<Promise<Void>> awaitingReply = new ArrayDeque<>();

    private boolean heard = true;

    /**
     * @param context the event loop of the connection
     * @param messages takes channel and bytes of each message; must not throw, as the connection's parser would lose its
     *     place
     */
    SubscribedConnection(ContextInternal context, RedisConnection connection, BiConsumer<String, Buffer> messages) {
        this.context = context;
        this.connection = connection;
        this.messages = messages;
        connection.handler(this::handle);
    }

    /** Completes when Redis has confirmed; fails if it refuses. */
    Future<Void> subscribe(String channel) {
        return command(Command.SUBSCRIBE, channel);
    }

    /** Completes when the last message of the channel has been handed over. */
    Future<Void> unsubscribe(String channel) {
        return command(Command.UNSUBSCRIBE, channel);
    }

    /**
     * To be called at every beat.
     *
     * @return false if the connection has been silent since the last beat although an answer was due
     */
    boolean heartbeat() {
        boolean alive = heard || awaitingReply.isEmpty();
        if (awaitingReply.isEmpty()) {
            // What comes of it is seen at the next beat.
            command(Command.UNSUBSCRIBE, HEARTBEAT_CHANNEL);
        }
        heard = false;
        return alive;
    }

    void pause() {
        connection.pause();
    }

    void resume() {
        // Silence while paused was of our own making.
        heard = true;
        connection.resume();
    }

    /** Hands over the messages that had been read while paused, then fails what has not been answered. */
    void lost(Throwable cause) {
        connection.resume();
        context.runOnContext(v -> {
            awaitingReply.forEach(reply -> reply.tryFail(cause));
            awaitingReply.clear();
        });
    }

    private Future<Void> command(Command command, String channel) {
        Promise<Void> reply = context.promise();
        awaitingReply.add(reply);
        connection.send(Request.cmd(command).arg(channel)).onFailure(reply::tryFail);
        return reply.future();
    }

    private void handle(Response response) {
        heard = true;
        if (response.type() == ResponseType.ERROR) {
            answered().tryFail((ErrorType) response);
            return;
        }
        switch (response.get(0).toString()) {
            case "message" ->
                messages.accept(response.get(1).toString(), response.get(2).toBuffer());
            case "subscribe", "unsubscribe" -> answered().tryComplete();
            default -> {}
        }
    }

    private Promise<Void> answered() {
        Promise<Void> reply = awaitingReply.poll();
        return reply == null ? Promise.promise() : reply;
    }
}
