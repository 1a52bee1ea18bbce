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
 * Holds the subscription state of one connection. Only SUBSCRIBE, UNSUBSCRIBE and their pattern and sharded variants
 * are sent, as the Vert.x client mixes up other replies with messages. Redis answers each in order, by a push or an
 * error; the client's future only confirms that the command was written. Used on the event loop of the connection.
 */
final class SubscribedConnection {

    /** Receives the messages. Must not throw, which would break the connection's parser. */
    interface Messages {
        void accept(Target target, String channel, Buffer message);
    }

    /** Never subscribed to: unsubscribing from it serves as a ping. */
    private static final String HEARTBEAT_CHANNEL = "redistributed:heartbeat";

    private final RedisLink link;
    private final RedisConnection connection;
    private final boolean sharded;
    private final Target heartbeatChannel;
    private final Messages messages;
    private final Deque<Reply> awaited = new ArrayDeque<>();

    private boolean heard = true;

    /** @param link link of the connection, which drops it if the channels move to another server */
    SubscribedConnection(RedisLink link, RedisConnection connection, RedisSettings settings, Messages messages) {
        this.link = link;
        this.connection = connection;
        this.sharded = settings.isSharded();
        this.heartbeatChannel = new Target(settings.hashTag() + HEARTBEAT_CHANNEL, false);
        this.messages = messages;
        connection.handler(this::handle);
    }

    /** Subscribes. Completes when Redis confirms; fails if it refuses. */
    Future<Void> subscribe(Target target) {
        Command plain = sharded ? Command.SSUBSCRIBE : Command.SUBSCRIBE;
        return command(target.isPattern() ? Command.PSUBSCRIBE : plain, target);
    }

    /** Unsubscribes. Completes when the last message has been delivered. */
    Future<Void> unsubscribe(Target target) {
        Command plain = sharded ? Command.SUNSUBSCRIBE : Command.UNSUBSCRIBE;
        return command(target.isPattern() ? Command.PUNSUBSCRIBE : plain, target);
    }

    /**
     * Checks and pings the connection. Call at every heartbeat.
     *
     * @return false if a reply was due since the last heartbeat and nothing arrived
     */
    boolean heartbeat() {
        boolean alive = heard || awaited.isEmpty();
        if (awaited.isEmpty()) {
            // The next heartbeat checks the reply.
            unsubscribe(heartbeatChannel);
        }
        heard = false;
        return alive;
    }

    void pause() {
        connection.pause();
    }

    void resume() {
        // Nothing is read while paused, so do not count that time.
        heard = true;
        connection.resume();
    }

    /** Delivers the messages read while paused, then fails the commands without a reply. */
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
            link.drop("the slot of its channels has moved to another server");
        }
    }

    /** @param kind kind of the push that confirms the command */
    private record Reply(String kind, String channel, Promise<Void> promise) {}
}
