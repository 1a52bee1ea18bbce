package io.redistributed.pubsub;

import io.lettuce.core.RedisClient;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.redistributed.pubsub.jedis.JedisTracing;
import io.redistributed.pubsub.jedis.TracedJedis;
import io.redistributed.pubsub.lettuce.LettuceTracing;
import io.redistributed.pubsub.lettuce.TracedRedisClient;
import io.redistributed.pubsub.redisson.RedissonTracing;
import java.util.function.Consumer;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.UnifiedJedis;

/** The programs of docs/library.md. */
final class ClientPrograms {

    private ClientPrograms() {}

    static void lettuce(RedisClient redisClient, RedisPubSubTelemetry telemetry, Consumer<String> handler) {
        TracedRedisClient client = LettuceTracing.create(telemetry).wrap(redisClient);
        StatefulRedisPubSubConnection<String, String> subscriber = client.connectPubSub();
        subscriber.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String message) {
                handler.accept(message);
            }
        });
        subscriber.sync().subscribe("orders");
        client.connect().sync().publish("orders", "two espresso cups");
    }

    static void jedisSubscriber(UnifiedJedis jedis, RedisPubSubTelemetry telemetry, Consumer<String> handler) {
        TracedJedis subscriber = JedisTracing.create(telemetry).wrap(jedis);
        subscriber.subscribe(
                new JedisPubSub() {
                    @Override
                    public void onMessage(String channel, String message) {
                        handler.accept(message);
                        unsubscribe();
                    }
                },
                "orders");
    }

    static void jedisPublisher(UnifiedJedis jedis, RedisPubSubTelemetry telemetry) {
        TracedJedis publisher = JedisTracing.create(telemetry).wrap(jedis);
        publisher.publish("orders", "two espresso cups");
    }

    static void redisson(RedissonClient redisson, RedisPubSubTelemetry telemetry, Consumer<String> handler) {
        RTopic orders = RedissonTracing.create(telemetry).topic(redisson, "orders");
        orders.addListener(String.class, (channel, message) -> handler.accept(message));
        orders.publish("two espresso cups");
    }
}
