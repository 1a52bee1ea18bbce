package programs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.pubsub.StatefulRedisClusterPubSubConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Arguments: the port of a server, the port of a node of a cluster or 0, and whether to publish alone. */
public final class LettuceProgram {

    /** Slots 15495, 3300 and 7365: one channel for each of three masters. */
    private static final String[] ON_EACH_MASTER = {"a", "b", "c"};

    private static StatefulRedisConnection<String, String> connection;
    private static StatefulRedisPubSubConnection<String, String> subscriber;

    private LettuceProgram() {}

    /** Runs each scenario once. */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        int clusterPort = Integer.parseInt(arguments[1]);
        RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", port));
        connection = client.connect();
        subscriber = client.connectPubSub();
        StatefulRedisPubSubConnection<byte[], byte[]> binary = client.connectPubSub(ByteArrayCodec.INSTANCE);
        listen();
        binary.addListener(new RedisPubSubAdapter<byte[], byte[]>() {
            @Override
            public void message(byte[] channel, byte[] message) {
                handled(new String(channel, UTF_8), message);
            }
        });
        subscriber.sync().subscribe("sync", "async", "reactive", "batch", "transaction", "failing", "inside", "other");
        subscriber.sync().psubscribe("pattern.*");
        subscriber.sync().ssubscribe("sharded");
        binary.sync().subscribe("bytes".getBytes(UTF_8), "untraced".getBytes(UTF_8));
        StatefulRedisPubSubConnection<String, String> observer = client.connectPubSub();
        observer.reactive()
                .observeChannels()
                .subscribe(m -> handled(m.getChannel(), m.getMessage().getBytes(UTF_8)));
        observer.reactive().subscribe("observed").block();

        Program.printWire(port, "wire", () -> connection.sync().publish("wire", "body"));
        sync();
        async();
        reactive();
        pattern();
        sharded();
        observed();
        batch();
        transaction();
        discarded();
        bytes(client);
        withoutBody();
        refused(port);
        failing();
        inside();
        refusingCodec(client);
        onSubscriber(client);
        for (byte[] message : Program.untraced()) {
            Program.publishRaw(port, "untraced", message);
            Program.await("untraced", message);
        }
        if (clusterPort != 0) {
            cluster(clusterPort);
        }
        client.shutdown();
        System.out.println("done");
    }

    private static void listen() {
        subscriber.addListener(new RedisPubSubAdapter<String, String>() {
            @Override
            public void message(String channel, String message) {
                if (channel.equals("failing")) {
                    handled(channel, message.getBytes(UTF_8));
                    throw new IllegalStateException("thrown by the listener");
                }
                if (channel.equals("inside")) {
                    subscriber.async().unsubscribe("inside");
                }
                handled(channel, message.getBytes(UTF_8));
            }

            @Override
            public void message(String pattern, String channel, String message) {
                handled(channel, message.getBytes(UTF_8));
            }

            @Override
            public void smessage(String channel, String message) {
                handled(channel, message.getBytes(UTF_8));
            }
        });
    }

    /** Called for each message. */
    public static void handled(String channel, byte[] body) {
        Program.arrived(channel, body);
    }

    public static void sync() throws Exception {
        connection.sync().publish("sync", "täxt");
        Program.await("sync", "täxt");
    }

    public static void async() throws Exception {
        connection.async().publish("async", "body").get(20, TimeUnit.SECONDS);
        Program.await("async", "body");
    }

    public static void reactive() throws Exception {
        connection.reactive().publish("reactive", "body").block();
        Program.await("reactive", "body");
    }

    public static void pattern() throws Exception {
        connection.sync().publish("pattern.1", "body");
        Program.await("pattern.1", "body");
    }

    public static void sharded() throws Exception {
        connection.sync().spublish("sharded", "body");
        Program.await("sharded", "body");
    }

    public static void observed() throws Exception {
        connection.sync().publish("observed", "body");
        Program.await("observed", "body");
    }

    public static void batch() throws Exception {
        RedisAsyncCommands<String, String> commands = connection.async();
        connection.setAutoFlushCommands(false);
        List<RedisFuture<Long>> published =
                List.of(commands.publish("batch", "1"), commands.publish("batch", "2"), commands.publish("batch", "3"));
        connection.flushCommands();
        connection.setAutoFlushCommands(true);
        for (RedisFuture<Long> one : published) {
            one.get(20, TimeUnit.SECONDS);
        }
        Program.await("batch", "1");
        Program.await("batch", "2");
        Program.await("batch", "3");
    }

    public static void transaction() throws Exception {
        connection.sync().multi();
        connection.sync().publish("transaction", "body");
        connection.sync().exec();
        Program.await("transaction", "body");
    }

    public static void discarded() {
        connection.sync().multi();
        connection.sync().publish("transaction", "never");
        connection.sync().discard();
    }

    private static void bytes(RedisClient client) throws Exception {
        try (StatefulRedisConnection<byte[], byte[]> binary = client.connect(ByteArrayCodec.INSTANCE)) {
            binary.sync().publish("bytes".getBytes(UTF_8), Program.bytes());
            Program.await("bytes", Program.bytes());
            binary.sync().publish("bytes".getBytes(UTF_8), new byte[0]);
            Program.await("bytes", new byte[0]);
        }
    }

    /** Lettuce makes an empty message of it. */
    public static void withoutBody() throws Exception {
        connection.sync().publish("other", null);
        Program.await("other", "");
    }

    public static void refused(int port) {
        RedisClient client = RedisClient.create(RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(port)
                .withAuthentication("reader", "any")
                .build());
        try {
            client.connect().sync().publish("sync", "body");
            throw new AssertionError("it was published");
        } catch (RuntimeException expected) {
            System.out.println("refused: " + expected.getMessage());
        } finally {
            client.shutdown();
        }
    }

    public static void failing() throws Exception {
        connection.sync().publish("failing", "body");
        Program.await("failing", "body");
        connection.sync().publish("other", "after the failure");
        Program.await("other", "after the failure");
    }

    public static void inside() throws Exception {
        connection.sync().publish("inside", "body");
        Program.await("inside", "body");
    }

    private static void refusingCodec(RedisClient client) throws Exception {
        try (StatefulRedisConnection<String, String> broken = client.connect(new RefusingCodec())) {
            try {
                broken.async().publish("sync", "body").get(5, TimeUnit.SECONDS);
                throw new AssertionError("the codec was not asked");
            } catch (Exception expected) {
                System.out.println("codec: " + expected);
            }
        }
    }

    public static void onSubscriber(RedisClient client) throws Exception {
        try (StatefulRedisPubSubConnection<String, String> other = client.connectPubSub()) {
            other.reactive().publish("other", "body").block();
            Program.await("other", "body");
        }
    }

    private static void cluster(int port) throws Exception {
        RedisClusterClient client = RedisClusterClient.create(RedisURI.create("redis://:secret@127.0.0.1:" + port));
        try (StatefulRedisClusterConnection<String, String> cluster = client.connect();
                StatefulRedisClusterPubSubConnection<String, String> listening = client.connectPubSub()) {
            listening.addListener(new RedisPubSubAdapter<String, String>() {
                @Override
                public void message(String channel, String message) {
                    handled(channel, message.getBytes(UTF_8));
                }

                @Override
                public void smessage(String channel, String message) {
                    handled(channel, message.getBytes(UTF_8));
                }
            });
            listening.sync().subscribe("clustered");
            listening.sync().ssubscribe("cluster-shard");
            listening.sync().subscribe(ON_EACH_MASTER);
            clustered(cluster);
            clusterShard(cluster);
            clusterSubscriber(listening);
        }
        client.shutdown();
    }

    public static void clustered(StatefulRedisClusterConnection<String, String> cluster) throws Exception {
        cluster.sync().publish("clustered", "body");
        Program.await("clustered", "body");
    }

    public static void clusterShard(StatefulRedisClusterConnection<String, String> cluster) throws Exception {
        cluster.reactive().spublish("cluster-shard", "body").block();
        Program.await("cluster-shard", "body");
    }

    /** Lettuce sends all to the node that the connection is subscribed to, which counts its own subscribers. */
    public static void clusterSubscriber(StatefulRedisClusterPubSubConnection<String, String> listening)
            throws Exception {
        for (String channel : ON_EACH_MASTER) {
            long receivers = listening.sync().publish(channel, "body");
            if (receivers != 1) {
                throw new IllegalStateException(receivers + " receivers on " + channel + " instead of 1");
            }
            Program.await(channel, "body");
        }
    }

    /** Encodes nothing. */
    private static final class RefusingCodec extends StringCodec {

        @Override
        public ByteBuffer encodeValue(String value) {
            throw new IllegalArgumentException("refused by the codec");
        }

        @Override
        public void encodeValue(String value, io.netty.buffer.ByteBuf target) {
            throw new IllegalArgumentException("refused by the codec");
        }
    }
}
