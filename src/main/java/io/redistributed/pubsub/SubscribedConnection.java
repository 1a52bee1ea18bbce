package io.redistributed.pubsub;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * The subscribed state of one connection. Only SUBSCRIBE and UNSUBSCRIBE are ever sent here: the Vert.x client mixes up
 * the replies of anything else with the messages. Both are answered in order, by a push or an error; the future of the
 * client itself tells only that the command was written. Used on the event loop of the connection.
 */
final class SubscribedConnection {

    /** Nobody subscribes to it: to unsubscribe from it is a ping that is allowed here. */
    private static final String HEARTBEAT_CHANNEL = "redistributed:heartbeat";

    private final RedisConnection connection;
    private final long replyTimeoutMillis;
    private final BiConsumer<String, Buffer> messages;
    private final Deque<Promise<Void>> awaitingReply = new ArrayDeque<>();

    private boolean heard = true;

    SubscribedConnection(RedisConnection connection, long replyTimeoutMillis, BiConsumer<String, Buffer> messages) {
        this.connection = connection;
        this.replyTimeoutMillis = replyTimeoutMillis;
        this.messages = messages;
        connection.handler(this::handle);
    }

    /** Completes when Redis has confirmed; fails if it refuses, or says nothing in time. */
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
        if (alive && awaitingReply.isEmpty()) {
            // What comes of it is seen at the next beat.
            command(Command.UNSUBSCRIBE, HEARTBEAT_CHANNEL).onFailure(cause -> {});
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

    void lost(Throwable cause) {
        awaitingReply.forEach(reply -> reply.tryFail(cause));
        awaitingReply.clear();
    }

    private Future<Void> command(Command command, String channel) {
        Promise<Void> reply = Promise.promise();
        awaitingReply.add(reply);
        connection.send(Request.cmd(command).arg(channel)).onFailure(reply::tryFail);
        return reply.future().timeout(replyTimeoutMillis, TimeUnit.MILLISECONDS);
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
