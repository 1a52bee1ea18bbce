package io.redistributed.pubsub.jedis;

import java.lang.reflect.Field;
import java.util.function.Consumer;
import redis.clients.jedis.BuilderFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisCluster;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.providers.ClusterConnectionProvider;
import redis.clients.jedis.providers.ConnectionProvider;
import redis.clients.jedis.util.JedisClusterCRC16;

/** A client with a pool or a cluster behind it. */
final class UnifiedClient implements PubSubClient {

    /** Protected, so for subclasses; there is no other way from a client to a connection. */
    private static final Field PROVIDER = provider();

    private final UnifiedJedis jedis;

    UnifiedClient(UnifiedJedis jedis) {
        this.jedis = jedis;
    }

    private static Field provider() {
        try {
            Field provider = UnifiedJedis.class.getDeclaredField("provider");
            provider.setAccessible(true);
            return provider;
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IllegalStateException("this version of Jedis is not supported: no access to its connections", e);
        }
    }

    @Override
    public long publish(byte[] channel, byte[] message) {
        return jedis.publish(channel, message);
    }

    @Override
    public long spublish(byte[] channel, byte[] message) {
        if (jedis instanceof JedisCluster cluster) {
            return cluster.spublish(channel, message);
        }
        CommandArguments command =
                new CommandArguments(Protocol.Command.SPUBLISH).key(channel).add(message);
        return jedis.executeCommand(new CommandObject<>(command, BuilderFactory.LONG));
    }

    @Override
    public void subscribe(Consumer<Connection> loop) {
        try (Connection connection = connections().getConnection()) {
            loop.accept(connection);
        }
    }

    @Override
    public void subscribeShard(byte[] channel, Consumer<Connection> loop) {
        try (Connection connection = connections() instanceof ClusterConnectionProvider cluster
                ? cluster.getConnectionFromSlot(JedisClusterCRC16.getSlot(channel))
                : connections().getConnection()) {
            loop.accept(connection);
        }
    }

    private ConnectionProvider connections() {
        try {
            ConnectionProvider connections = (ConnectionProvider) PROVIDER.get(jedis);
            if (connections == null) {
                throw new IllegalStateException("the client was made of one connection and cannot subscribe; wrap a "
                        + "Jedis or a client with a pool");
            }
            return connections;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
