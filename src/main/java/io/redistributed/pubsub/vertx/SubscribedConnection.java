package io.redistributed.pubsub.vertx;

import io.redistributed.redis.RedisLink;
import io.redistributed.redis.RedisSettings;
import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The subscribed state of one connection. Only SUBSCRIBE and UNSUBSCRIBE are ever sent here, or their likes for the
 * channels of one shard: the Vert.x client mixes up the replies of anything else with the messages. Both are answered in
 * order, by a push or an error; the future of the client itself tells only that the command was written. Used on the event
 * loop of the connection.
 */
final class SubscribedConnection {

    /** Nobody subscribes to it: to unsubscribe from it is a ping that is allowed here. */
    private static final String HEARTBEAT_CHANNEL = "redistributed:heartbeat";

    private final RedisLink link;
    private final RedisConnection connection;
    private final Command subscribe;
    private final Command unsubscribe;
    private final String heartbeatChannel;
    private final BiConsumer<String, Buffer> messages;
    private final Deque<Reply> awaited = new ArrayDeque<>();

    private boolean heard = true;

    /**
     * @param link that the connection is of; told to drop it if the channels have moved to another server
     * @param messages takes channel and bytes of each message; must not throw, as the connection's parser would lose its
     *     place
     */
    SubscribedConnection(
            RedisLink link, RedisConnection connection, RedisSettings settings, BiConsumer<String, Buffer> messages) {
        this.link = link;
        this.connection = connection;
        this.subscribe = settings.isSharded() ? Command.SSUBSCRIBE : Command.SUBSCRIBE;
        this.unsubscribe = settings.isSharded() ? Command.SUNSUBSCRIBE : Command.UNSUBSCRIBE;
        this.heartbeatChannel = settings.hashTag() + HEARTBEAT_CHANNEL;
        this.messages = messages;
        connection.handler(this::handle);
    }

    /** Completes when Redis has confirmed; fails if it refuses. */
    Future<Void> subscribe(String channel) {
        return command(subscribe, channel);
    }

    /** Completes when the last message of the channel has been handed over. */
    Future<Void> unsubscribe(String channel) {
        return command(unsubscribe, channel);
    }

    /**
     * To be called at every heartbeat.
     *
     * @return false if the connection has been silent since the last heartbeat although an answer was due
     */
    boolean heartbeat() {
        boolean alive = heard || awaited.isEmpty();
        if (awaited.isEmpty()) {
            // What comes of it is seen at the next heartbeat.
            command(unsubscribe, heartbeatChannel);
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
        link.context().runOnContext(v -> {
            List<Reply> unanswered = List.copyOf(awaited);
            awaited.clear();
            unanswered.forEach(reply -> reply.promise.tryFail(cause));
        });
    }

    private Future<Void> command(Command command, String channel) {
        Reply reply = new Reply(command.toString(), channel, VertxInternals.promise(link.context()));
        awaited.add(reply);
        connection.send(Request.cmd(command).arg(channel)).onFailure(reply.promise::tryFail);
        return reply.promise.future();
    }

    private void handle(Response response) {
        heard = true;
        if (response.type() == ResponseType.ERROR) {
            refused((Throwable) response);
            return;
        }
        String kind = response.get(0).toString();
        switch (kind) {
            case "message", "smessage" ->
                messages.accept(response.get(1).toString(), response.get(2).toBuffer());
            case "subscribe", "unsubscribe", "ssubscribe", "sunsubscribe" ->
                confirmed(kind, response.get(1).toString());
            default -> {}
        }
    }

    private void refused(Throwable error) {
        if (!link.dropIfMisplaced(error) && !awaited.isEmpty()) {
            awaited.poll().promise.tryFail(error);
        }
    }

    private void confirmed(String kind, String channel) {
        Reply next = awaited.peek();
        if (next != null && next.kind.equals(kind) && next.channel.equals(channel)) {
            awaited.poll().promise.tryComplete();
        } else if (kind.equals("sunsubscribe")) {
            link.drop("the slot of " + channel + " has moved to another server");
        }
    }

    /** @param kind of the push that confirms the command: its name */
    private record Reply(String kind, String channel, Promise<Void> promise) {}
}
