package programs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Set;
import java.util.concurrent.CountDownLatch;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisCluster;
import redis.clients.jedis.JedisPool;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.JedisShardedPubSub;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.UnifiedJedis;

/** Arguments: the port of a server, and the port of a node of a cluster or 0. */
public final class JedisProgram {

    private static final byte[] BYTES = "bytes".getBytes(UTF_8);

    private JedisProgram() {}

    /** Runs each scenario once. */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        int clusterPort = Integer.parseInt(arguments[1]);
        listen(port, null, "text", "pooled", "pipeline", "transaction", "failing");
        listen(port, RedisProtocol.RESP3, "resp3");
        listenForPatterns(port);
        listenForBytes(port);
        listenOnce(port);
        try (Jedis jedis = new Jedis("127.0.0.1", port);
                JedisPool pool = new JedisPool("127.0.0.1", port);
                UnifiedJedis pooled = pooledClient(port)) {
            Program.printWire(port, "wire", () -> jedis.publish("wire", "body"));
            text(jedis);
            pool(pool);
            pooled(pooled);
            pattern(jedis);
            resp3(jedis);
            bytes(jedis);
            pipeline(jedis);
            transaction(jedis);
            discarded(jedis);
            aborted(jedis, pooled);
            once(jedis);
            failing(jedis);
            for (byte[] message : Program.untraced()) {
                Program.publishRaw(port, "untraced", message);
                Program.await("untraced", message);
            }
            refused(jedis);
        }
        if (clusterPort != 0) {
            cluster(clusterPort);
        }
        System.out.println("done");
        System.exit(0);
    }

    private static void listen(int port, RedisProtocol protocol, String... channels) throws InterruptedException {
        CountDownLatch subscribed = new CountDownLatch(channels.length);
        JedisPubSub listener = new JedisPubSub() {
            @Override
            public void onMessage(String channel, String message) {
                handled(channel, message.getBytes(UTF_8));
                if (channel.equals("failing")) {
                    throw new IllegalStateException("thrown by the listener");
                }
            }

            @Override
            public void onSubscribe(String channel, int count) {
                subscribed.countDown();
            }
        };
        start(() -> {
            DefaultJedisClientConfig config =
                    DefaultJedisClientConfig.builder().protocol(protocol).build();
            try (Jedis jedis = new Jedis(new HostAndPort("127.0.0.1", port), config)) {
                jedis.subscribe(listener, channels);
            } catch (IllegalStateException thrown) {
                System.out.println("subscribe ended: " + thrown.getMessage());
                Program.arrived("ended", new byte[0]);
            }
        });
        subscribed.await();
    }

    private static void listenForPatterns(int port) throws Exception {
        CountDownLatch subscribed = new CountDownLatch(1);
        JedisPubSub listener = new JedisPubSub() {
            @Override
            public void onPMessage(String pattern, String channel, String message) {
                super.onPMessage(pattern, channel, message);
                handled(channel, message.getBytes(UTF_8));
            }

            @Override
            public void onPSubscribe(String pattern, int count) {
                subscribed.countDown();
            }
        };
        UnifiedJedis pooled = pooledClient(port);
        start(() -> pooled.psubscribe(listener, "pattern.*"));
        subscribed.await();
    }

    private static void listenForBytes(int port) throws InterruptedException {
        CountDownLatch subscribed = new CountDownLatch(2);
        BinaryJedisPubSub listener = new BinaryJedisPubSub() {
            @Override
            public void onMessage(byte[] channel, byte[] message) {
                handled(new String(channel, UTF_8), message);
            }

            @Override
            public void onSubscribe(byte[] channel, int count) {
                subscribed.countDown();
            }
        };
        start(() -> new Jedis("127.0.0.1", port).subscribe(listener, BYTES, "untraced".getBytes(UTF_8)));
        subscribed.await();
    }

    /** Unsubscribes within the message. */
    private static void listenOnce(int port) throws InterruptedException {
        CountDownLatch subscribed = new CountDownLatch(1);
        JedisPubSub listener = new JedisPubSub() {
            @Override
            public void onMessage(String channel, String message) {
                unsubscribe();
                handled(channel, message.getBytes(UTF_8));
            }

            @Override
            public void onSubscribe(String channel, int count) {
                subscribed.countDown();
            }
        };
        start(() -> {
            new Jedis("127.0.0.1", port).subscribe(listener, "once");
            Program.arrived("unsubscribed", new byte[0]);
        });
        subscribed.await();
    }

    private static void start(Runnable subscribing) {
        Thread thread = new Thread(subscribing);
        thread.setDaemon(true);
        thread.start();
    }

    /** {@code JedisPooled}, or what took its place in Jedis 8. */
    private static UnifiedJedis pooledClient(int port) throws ReflectiveOperationException {
        try {
            return (UnifiedJedis) Class.forName("redis.clients.jedis.JedisPooled")
                    .getConstructor(String.class, int.class)
                    .newInstance("127.0.0.1", port);
        } catch (ClassNotFoundException newer) {
            return (UnifiedJedis) Class.forName("redis.clients.jedis.RedisClient")
                    .getMethod("create", String.class, int.class)
                    .invoke(null, "127.0.0.1", port);
        }
    }

    /** Called for each message. */
    public static void handled(String channel, byte[] body) {
        Program.arrived(channel, body);
    }

    public static void text(Jedis jedis) throws Exception {
        jedis.publish("text", "täxt");
        Program.await("text", "täxt");
    }

    public static void pool(JedisPool pool) throws Exception {
        try (Jedis jedis = pool.getResource()) {
            jedis.publish("text", "body");
        }
        Program.await("text", "body");
    }

    public static void pooled(UnifiedJedis pooled) throws Exception {
        pooled.publish("pooled", "body");
        Program.await("pooled", "body");
    }

    public static void pattern(Jedis jedis) throws Exception {
        jedis.publish("pattern.1", "body");
        Program.await("pattern.1", "body");
    }

    public static void resp3(Jedis jedis) throws Exception {
        jedis.publish("resp3", "body");
        Program.await("resp3", "body");
    }

    public static void bytes(Jedis jedis) throws Exception {
        jedis.publish(BYTES, Program.bytes());
        Program.await("bytes", Program.bytes());
        jedis.publish(BYTES, new byte[0]);
        Program.await("bytes", new byte[0]);
    }

    public static void pipeline(Jedis jedis) throws Exception {
        try (Pipeline pipeline = jedis.pipelined()) {
            pipeline.publish("pipeline", "1");
            pipeline.publish("pipeline".getBytes(UTF_8), "2".getBytes(UTF_8));
        }
        Program.await("pipeline", "1");
        Program.await("pipeline", "2");
    }

    public static void transaction(Jedis jedis) throws Exception {
        try (Transaction transaction = jedis.multi()) {
            transaction.publish("transaction", "body");
            transaction.exec();
        }
        Program.await("transaction", "body");
    }

    public static void discarded(Jedis jedis) {
        try (Transaction transaction = jedis.multi()) {
            transaction.publish("transaction", "never");
            transaction.discard();
        }
    }

    public static void aborted(Jedis jedis, UnifiedJedis other) {
        jedis.watch("watched");
        try (Transaction transaction = jedis.multi()) {
            transaction.publish("transaction", "never");
            other.set("watched", "changed");
            transaction.exec();
        }
    }

    public static void once(Jedis jedis) throws Exception {
        jedis.publish("once", "body");
        Program.await("once", "body");
        Program.await("unsubscribed");
    }

    public static void failing(Jedis jedis) throws Exception {
        jedis.publish("failing", "body");
        Program.await("failing", "body");
        Program.await("ended");
    }

    public static void refused(Jedis jedis) {
        jedis.aclSetUser("mute", "on", "nopass", "-@all");
        jedis.auth("mute", "any");
        try {
            jedis.publish("text", "body");
            throw new AssertionError("it was published");
        } catch (RuntimeException expected) {
            System.out.println("refused: " + expected.getMessage());
        }
    }

    private static void cluster(int port) throws Exception {
        DefaultJedisClientConfig config =
                DefaultJedisClientConfig.builder().password("secret").build();
        JedisCluster cluster = new JedisCluster(Set.of(new HostAndPort("127.0.0.1", port)), config);
        CountDownLatch subscribed = new CountDownLatch(2);
        start(() -> cluster.subscribe(
                new JedisPubSub() {
                    @Override
                    public void onMessage(String channel, String message) {
                        handled(channel, message.getBytes(UTF_8));
                    }

                    @Override
                    public void onSubscribe(String channel, int count) {
                        subscribed.countDown();
                    }
                },
                "clustered"));
        start(() -> {
            cluster.ssubscribe(
                    new JedisShardedPubSub() {
                        @Override
                        public void onSMessage(String channel, String message) {
                            sunsubscribe();
                            handled(channel, message.getBytes(UTF_8));
                        }

                        @Override
                        public void onSSubscribe(String channel, int count) {
                            subscribed.countDown();
                        }
                    },
                    "cluster-shard");
            Program.arrived("unsubscribed", new byte[0]);
        });
        subscribed.await();
        clustered(cluster);
        clusterShard(cluster);
        // The program exits when the last listener has returned.
        Program.await("unsubscribed");
    }

    public static void clustered(JedisCluster cluster) throws Exception {
        cluster.publish("clustered", "body");
        Program.await("clustered", "body");
    }

    public static void clusterShard(JedisCluster cluster) throws Exception {
        cluster.spublish("cluster-shard", "body");
        Program.await("cluster-shard", "body");
    }
}
