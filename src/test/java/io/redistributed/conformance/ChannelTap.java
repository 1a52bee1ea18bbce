package io.redistributed.conformance;

import static io.redistributed.testing.Waiting.await;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Hears what the queue publishes to the worker, byte for byte. */
final class ChannelTap implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final List<byte[]> messages = new CopyOnWriteArrayList<>();

    ChannelTap(String redis, String channel) {
        RedisConnection connection = await(Redis.createClient(vertx, redis).connect());
        connection.handler(this::received);
        await(connection.send(Request.cmd(Command.SUBSCRIBE).arg(channel)));
    }

    /** All messages since it was opened. */
    List<byte[]> messages() {
        return messages;
    }

    private void received(Response push) {
        if (push.get(0).toString().equals("message")) {
            messages.add(push.get(2).toBytes());
        }
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
