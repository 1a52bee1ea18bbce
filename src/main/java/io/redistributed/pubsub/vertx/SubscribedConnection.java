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

/**
 * The subscribed state of one connection. Only SUBSCRIBE and UNSUBSCRIBE are ever sent here, or their likes for patterns
 * and for the channels of one shard: the Vert.x client mixes up the replies of anything else with the messages. All are
 * answered in order, by a push or an error; the future of the client itself tells only that the command was written. Used
 * on the event loop of the connection.
 */
final class SubscribedConnection {

    /** Takes the messages; must not throw, as the connection's parser would lose its place. */
    interface Messages {
        void accept(Target target, String channel, Buffer message);
    }

    /** Nobody subscribes to it: to unsubscribe from it is a ping that is allowed here. */
    private static final String HEARTBEAT_CHANNEL = "redistributed:heartbeat";

    private final RedisLink link;
    private final RedisConnection connection;
    private final boolean sharded;
    private final Target heartbeatChannel;
    private final Messages messages;
    private final Deque<Reply> awaited = new ArrayDeque<>();

    private boolean heard = true;

    /** @param link that the connection is of; told to drop it if the channels have moved to another server */
    SubscribedConnection(RedisLink link, RedisConnection connection, RedisSettings settings, Messages messages) {
        this.link = link;
        this.connection = connection;
        this.sharded = settings.isSharded();
        this.heartbeatChannel = new Target(settings.hashTag() + HEARTBEAT_CHANNEL, false);
        this.messages = messages;
        connection.handler(this::handle);
    }

    /** Completes when Redis has confirmed; fails if it refuses. */
    Future<Void> subscribe(Target target) {
        Command plain = sharded ? Command.SSUBSCRIBE : Command.SUBSCRIBE;
        return command(target.isPattern() ? Command.PSUBSCRIBE : plain, target);
    }

    /** Completes when the last message has been handed over. */
    Future<Void> unsubscribe(Target target) {
        Command plain = sharded ? Command.SUNSUBSCRIBE : Command.UNSUBSCRIBE;
        return command(target.isPattern() ? Command.PUNSUBSCRIBE : plain, target);
    }

    /**
     * To be called at every heartbeat.
     *
     * @return false if the connection has been silent since the last one although an answer was due
     */
    boolean heartbeat() {
        boolean alive = heard || awaited.isEmpty();
        if (awaited.isEmpty()) {
            // What comes of it is seen at the next heartbeat.
            unsubscribe(heartbeatChannel);
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

    private Future<Void> command(Command command, Target target) {
        Reply reply = new Reply(command.toString(), target.name(), VertxInternals.promise(link.context()));
        awaited.add(reply);
        connection.send(Request.cmd(command).arg(target.name())).onFailure(reply.promise::tryFail);
        return reply.promise.future();
    }

    private void handle(Response response) {
        heard = true;
        if (response.type() == ResponseType.ERROR) {
            refused((Throwable) response);
            return;
        }
        String kind = response.get(0).toString();
        String name = String.valueOf(response.get(1));
        switch (kind) {
            case "message", "smessage" ->
                messages.accept(new Target(name, false), name, response.get(2).toBuffer());
            case "pmessage" ->
                messages.accept(
                        new Target(name, true),
                        response.get(2).toString(),
                        response.get(3).toBuffer());
            case "subscribe", "unsubscribe", "ssubscribe", "sunsubscribe", "psubscribe", "punsubscribe" ->
                confirmed(kind, name);
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
