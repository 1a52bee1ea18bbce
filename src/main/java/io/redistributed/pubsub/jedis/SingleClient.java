package io.redistributed.pubsub.jedis;

import java.util.function.Consumer;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;

/** A connection. */
record SingleClient(Jedis jedis) implements PubSubClient {

    @Override
    public long publish(byte[] channel, byte[] message) {
        return jedis.publish(channel, message);
    }

    @Override
    public long spublish(byte[] channel, byte[] message) {
        return (Long) jedis.sendCommand(Protocol.Command.SPUBLISH, channel, message);
    }

    @Override
    public void subscribe(Consumer<Connection> loop) {
        loop.accept(jedis.getConnection());
    }

    @Override
    public void subscribeShard(byte[] channel, Consumer<Connection> loop) {
        loop.accept(jedis.getConnection());
    }
}
