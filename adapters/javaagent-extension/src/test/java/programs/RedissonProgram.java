package programs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.BatchOptions;
import org.redisson.api.RBatch;
import org.redisson.api.RExecutorService;
import org.redisson.api.RLocalCachedMap;
import org.redisson.api.RLock;
import org.redisson.api.RLongAdder;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.api.WorkerOptions;
import org.redisson.api.options.LocalCachedMapOptions;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** Arguments: the port of a server, and the port of a node of a cluster or 0. */
public final class RedissonProgram {

    private RedissonProgram() {}

    /** Runs each scenario once. */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        int clusterPort = Integer.parseInt(arguments[1]);
        Config config = new Config();
        config.useSingleServer().setAddress("redis://127.0.0.1:" + port);
        RedissonClient redisson = Redisson.create(config);
        redisson.getTopic("object").addListener(String.class, (channel, body) -> handled(channel, body.toString()));
        redisson.getTopic("text", StringCodec.INSTANCE)
                .addListener(String.class, (channel, body) -> handled(channel, body.toString()));
        redisson.getTopic("failing", StringCodec.INSTANCE).addListener(String.class, (channel, body) -> {
            handled(channel, body.toString());
            throw new IllegalStateException("thrown by the listener");
        });
        redisson.getTopic("once", StringCodec.INSTANCE).addListener(String.class, (channel, body) -> {
            redisson.getTopic("once", StringCodec.INSTANCE).removeAllListenersAsync();
            handled(channel, body.toString());
        });
        redisson.getPatternTopic("pattern.*", StringCodec.INSTANCE)
                .addListener(String.class, (pattern, channel, body) -> handled(channel.toString(), body));
        redisson.getTopic("untraced", ByteArrayCodec.INSTANCE)
                .addListener(byte[].class, (channel, body) -> Program.arrived(channel.toString(), body));

        Program.printWire(port, "wire", () -> redisson.getTopic("wire", StringCodec.INSTANCE)
                .publish("body"));
        object(redisson);
        text(redisson);
        async(redisson);
        reactive(redisson);
        pattern(redisson);
        batch(redisson);
        skipping(redisson);
        discarded(redisson);
        refused(port);
        once(redisson);
        failing(redisson);
        for (byte[] message : Program.untraced()) {
            Program.publishRaw(port, "untraced", message);
            Program.await("untraced", message);
        }
        lock(redisson);
        internal(redisson);
        redisson.shutdown();
        if (clusterPort != 0) {
            cluster(clusterPort);
        }
        System.out.println("done");
    }

    /** Called for each message. */
    public static void handled(CharSequence channel, String body) {
        Program.arrived(channel.toString(), body.getBytes(UTF_8));
    }

    public static void object(RedissonClient redisson) throws Exception {
        redisson.getTopic("object").publish("body");
        Program.await("object", "body");
    }

    public static void text(RedissonClient redisson) throws Exception {
        redisson.getTopic("text", StringCodec.INSTANCE).publish("täxt");
        Program.await("text", "täxt");
    }

    public static void async(RedissonClient redisson) throws Exception {
        redisson.getTopic("text", StringCodec.INSTANCE)
                .publishAsync("body")
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        Program.await("text", "body");
    }

    public static void reactive(RedissonClient redisson) throws Exception {
        redisson.reactive()
                .getTopic("text", StringCodec.INSTANCE)
                .publish("body")
                .block();
        Program.await("text", "body");
    }

    public static void pattern(RedissonClient redisson) throws Exception {
        redisson.getTopic("pattern.1", StringCodec.INSTANCE).publish("body");
        Program.await("pattern.1", "body");
    }

    public static void batch(RedissonClient redisson) throws Exception {
        RBatch batch = redisson.createBatch();
        batch.getTopic("text", StringCodec.INSTANCE).publishAsync("1");
        batch.getTopic("text", StringCodec.INSTANCE).publishAsync("2");
        batch.execute();
        Program.await("text", "1");
        Program.await("text", "2");
    }

    public static void skipping(RedissonClient redisson) throws Exception {
        RBatch batch = redisson.createBatch(BatchOptions.defaults().skipResult());
        batch.getTopic("text", StringCodec.INSTANCE).publishAsync("body");
        batch.execute();
        Program.await("text", "body");
    }

    public static void discarded(RedissonClient redisson) {
        RBatch batch = redisson.createBatch();
        batch.getTopic("text", StringCodec.INSTANCE).publishAsync("body");
        batch.discard();
    }

    public static void refused(int port) {
        Config config = new Config();
        config.useSingleServer()
                .setAddress("redis://127.0.0.1:" + port)
                .setUsername("reader")
                .setPassword("any");
        RedissonClient reader = Redisson.create(config);
        try {
            reader.getTopic("text", StringCodec.INSTANCE).publish("body");
            throw new AssertionError("it was published");
        } catch (RuntimeException expected) {
            System.out.println("refused: " + expected.getMessage());
        } finally {
            reader.shutdown();
        }
    }

    public static void once(RedissonClient redisson) throws Exception {
        redisson.getTopic("once", StringCodec.INSTANCE).publish("body");
        Program.await("once", "body");
    }

    public static void failing(RedissonClient redisson) throws Exception {
        redisson.getTopic("failing", StringCodec.INSTANCE).publish("body");
        Program.await("failing", "body");
    }

    /** Redisson's own topics: a waiting lock is notified of the release. */
    public static void lock(RedissonClient redisson) throws Exception {
        RLock lock = redisson.getLock("lock");
        lock.lock();
        Thread waiting = new Thread(() -> {
            RLock same = redisson.getLock("lock");
            same.lock();
            same.unlock();
            Program.arrived("unlocked", new byte[0]);
        });
        waiting.start();
        while (!String.valueOf(waiting.getState()).contains("WAITING")) {
            Thread.onSpinWait();
        }
        lock.unlock();
        Program.await("unlocked");
    }

    /** Objects that publish on topics of their own, two of them with a hash tag in their name. */
    public static void internal(RedissonClient redisson) throws Exception {
        RLocalCachedMap<String, String> map = redisson.getLocalCachedMap(LocalCachedMapOptions.name("{users}:cache"));
        map.put("key", "value");
        map.clearLocalCache();
        RLongAdder adder = redisson.getLongAdder("{users}:sum");
        adder.add(1);
        adder.sum();
        RExecutorService executor = redisson.getExecutorService("executor");
        executor.registerWorkers(WorkerOptions.defaults());
        executor.countActiveWorkers();
        redisson.getTopic("app:redisson:tomcat_session_updates:/shop").publish("created");
    }

    private static void cluster(int port) throws Exception {
        Config config = new Config();
        config.useClusterServers().addNodeAddress("redis://127.0.0.1:" + port).setPassword("secret");
        RedissonClient redisson = Redisson.create(config);
        redisson.getTopic("clustered", StringCodec.INSTANCE)
                .addListener(String.class, (channel, body) -> handled(channel, body.toString()));
        redisson.getShardedTopic("cluster-shard", StringCodec.INSTANCE)
                .addListener(String.class, (channel, body) -> handled(channel, body.toString()));
        clustered(redisson);
        clusterShard(redisson);
        redisson.shutdown();
    }

    public static void clustered(RedissonClient redisson) throws Exception {
        redisson.getTopic("clustered", StringCodec.INSTANCE).publish("body");
        Program.await("clustered", "body");
    }

    public static void clusterShard(RedissonClient redisson) throws Exception {
        RTopic topic = redisson.getShardedTopic("cluster-shard", StringCodec.INSTANCE);
        topic.publish("body");
        Program.await("cluster-shard", "body");
    }
}
