package io.redistributed.pubsub;

import static io.redistributed.testing.Waiting.eventually;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.cluster.pubsub.RedisClusterPubSubAdapter;
import io.lettuce.core.cluster.pubsub.StatefulRedisClusterPubSubConnection;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.redistributed.context.WireFormat;
import io.redistributed.pubsub.jedis.JedisTracing;
import io.redistributed.pubsub.jedis.TracedJedis;
import io.redistributed.pubsub.lettuce.LettuceTracing;
import io.redistributed.pubsub.lettuce.TracedRedisClusterClient;
import io.redistributed.pubsub.redisson.RedissonTracing;
import io.redistributed.testing.RedisClusterServers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RShardedTopic;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisCluster;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.JedisShardedPubSub;

@Tag("slow")
@Tag("redis")
class ClientsInClusterTest {

    private static RedisClusterServers servers;

    private final ClientTraces traces = new ClientTraces();

    @BeforeAll
    static void start() {
        servers = RedisClusterServers.start();
        servers.masterOf("orders");
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    @AfterEach
    void close() {
        traces.close();
    }

    private final class Listener extends RedisPubSubAdapter<String, String> {

        @Override
        public void message(String channel, String message) {
            traces.received(channel, message);
        }

        @Override
        public void smessage(String shardChannel, String message) {
            traces.received(shardChannel, message);
        }
    }

    @Test
    void lettuce() {
        RedisClusterClient client = RedisClusterClient.create(servers.urls().get(0));
        TracedRedisClusterClient traced =
                LettuceTracing.create(traces.telemetry(WireFormat.BINARY)).wrap(client);
        assertThat(traced.client()).isSameAs(client);
        try (StatefulRedisClusterConnection<String, String> publisher = traced.connect();
                StatefulRedisClusterPubSubConnection<String, String> subscriber = traced.connectPubSub()) {
            Listener listener = new Listener();
            subscriber.addListener(listener);
            subscriber.sync().subscribe("orders");
            subscriber.sync().ssubscribe("{orders}:shard");
            // PUBLISH counts the subscribers of the node that it is sent to; this one has the subscription.
            subscriber.sync().publish("orders", "one");
            traces.awaitTrace("orders", "one");
            publisher.sync().spublish("{orders}:shard", "two");
            traces.awaitTrace("{orders}:shard", "two");
            publisher.reactive().spublish("{orders}:shard", "three").block();
            traces.awaitTrace("{orders}:shard", "three");
            publisher.sync().publish("orders", "from another node");
            traces.awaitMessage("orders", "from another node");
            assertThat(traces.span("process orders").getParentSpanId())
                    .isEqualTo(traces.span("publish orders").getSpanId());
            traces.reset();
            subscriber.removeListener(listener);

            onNodes(publisher, subscriber);
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
        }
    }

    /** Listeners of the whole connection get what each node's connection is subscribed to. */
    private void onNodes(
            StatefulRedisClusterConnection<String, String> publisher,
            StatefulRedisClusterPubSubConnection<String, String> subscriber) {
        RedisClusterPubSubAdapter<String, String> listener = new RedisClusterPubSubAdapter<>() {
            @Override
            public void message(RedisClusterNode node, String channel, String message) {
                traces.received(channel, message);
            }
        };
        subscriber.addListener(listener);
        subscriber.setNodeMessagePropagation(true);
        String node = subscriber.getPartitions().getPartition(0).getNodeId();
        StatefulRedisPubSubConnection<String, String> one = subscriber.getConnection(node);
        one.sync().subscribe("of the node");
        publisher.getConnection(node).sync().publish("of the node", "one");
        traces.awaitTrace("of the node", "one");

        subscriber.removeListener(listener);
        Listener own = new Listener();
        one.addListener(own);
        publisher.getConnectionAsync(node).join().sync().publish("of the node", "two");
        traces.awaitTrace("of the node", "two");
        publisher.sync().getConnection(node).publish("of the node", "sync");
        traces.awaitTrace("of the node", "sync");
        publisher.async().getConnection(node).publish("of the node", "async");
        traces.awaitTrace("of the node", "async");
        RedisURI uri = publisher.getPartitions().getPartitionByNodeId(node).getUri();
        publisher
                .reactive()
                .getConnection(uri.getHost(), uri.getPort())
                .publish("of the node", "reactive")
                .block();
        traces.awaitTrace("of the node", "reactive");
        subscriber.getConnection(node).removeListener(own);
        publisher.getConnection(node).sync().publish("of the node", "three");
        one.sync().unsubscribe("of the node");
        traces.reset();
        traces.assertNothing();
    }

    @Test
    void jedis() throws Exception {
        Set<HostAndPort> nodes =
                Set.of(new HostAndPort("127.0.0.1", servers.servers().get(0).port()));
        try (JedisCluster cluster = new JedisCluster(
                nodes, DefaultJedisClientConfig.builder().password("secret").build(), 3)) {
            TracedJedis traced =
                    JedisTracing.create(traces.telemetry(WireFormat.BINARY)).wrap(cluster);
            JedisPubSub listener = new JedisPubSub() {
                @Override
                public void onMessage(String channel, String message) {
                    traces.received(channel, message);
                }
            };
            JedisShardedPubSub sharded = new JedisShardedPubSub() {
                @Override
                public void onSMessage(String channel, String message) {
                    traces.received(channel, message);
                }
            };
            CompletableFuture<Void> ended = CompletableFuture.allOf(
                    CompletableFuture.runAsync(
                            () -> traced.subscribe(listener, "orders"), task -> new Thread(task).start()),
                    CompletableFuture.runAsync(
                            () -> traced.ssubscribe(sharded, "{orders}:shard"), task -> new Thread(task).start()));
            eventually(() -> listener.isSubscribed() && sharded.isSubscribed());
            traced.publish("orders", "one");
            traces.awaitMessage("orders", "one");
            assertThat(traces.span("process orders").getParentSpanId())
                    .isEqualTo(traces.span("publish orders").getSpanId());
            traces.reset();
            traced.spublish("{orders}:shard", "two");
            traces.awaitTrace("{orders}:shard", "two");
            listener.unsubscribe();
            sharded.sunsubscribe();
            ended.get(60, SECONDS);
        }
    }

    @Test
    void redisson() {
        Config config = new Config();
        config.setNettyThreads(2)
                .setThreads(2)
                .useClusterServers()
                .addNodeAddress("redis://127.0.0.1:" + servers.servers().get(0).port())
                .setPassword("secret")
                .setMasterConnectionMinimumIdleSize(1)
                .setSlaveConnectionMinimumIdleSize(1)
                .setSubscriptionConnectionMinimumIdleSize(1);
        RedissonClient redisson = Redisson.create(config);
        try {
            RShardedTopic topic = RedissonTracing.create(traces.telemetry(WireFormat.BINARY))
                    .shardedTopic(redisson, "{orders}:shard", StringCodec.INSTANCE);
            topic.addListener(String.class, (channel, message) -> traces.received(channel.toString(), message));
            topic.publish("one");
            traces.awaitTrace("{orders}:shard", "one");
        } finally {
            redisson.shutdown(0, 5, SECONDS);
        }
    }
}
