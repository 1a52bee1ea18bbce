package io.redistributed.pubsub.jedis;

import java.util.function.Consumer;
import redis.clients.jedis.Connection;

/** What tracing needs of a Jedis client. */
interface PubSubClient {

    long publish(byte[] channel, byte[] message);

    long spublish(byte[] channel, byte[] message);

    /** @param loop reads messages from the connection until it is unsubscribed */
    void subscribe(Consumer<Connection> loop);

    /** @param loop reads messages from the connection of the channel's slot until it is unsubscribed */
    void subscribeShard(byte[] channel, Consumer<Connection> loop);
}
