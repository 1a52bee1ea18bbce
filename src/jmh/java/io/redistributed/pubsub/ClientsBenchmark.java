package io.redistributed.pubsub;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.redistributed.pubsub.jedis.JedisTracing;
import io.redistributed.pubsub.lettuce.LettuceTracing;
import io.redistributed.pubsub.vertx.SubscriberOptions;
import io.redistributed.pubsub.vertx.TracedPublisher;
import io.redistributed.pubsub.vertx.TracedSubscriber;
import io.redistributed.redis.RedisSettings;
import io.redistributed.testing.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.Jedis;

/**
 * The time of a message of 128 bytes through a real Redis, with and without a decorator. Every span is recorded and none
 * exported. Messages are pipelined by 64, except those that Jedis publishes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 7, time = 1)
@Fork(1)
public class ClientsBenchmark {

    private static final int BATCH = 64;
    private static final byte[] BODY = "x".repeat(128).getBytes(UTF_8);
    private static final byte[] NOBODY = "nobody".getBytes(UTF_8);

    @Param({"false", "true"})
    public boolean traced;

    private final Semaphore handled = new Semaphore(0);
    private RedisServer redis;
    private RedisPubSubTelemetry telemetry;
    private byte[] message;
    private RedisClient lettuce;
    private RedisAsyncCommands<byte[], byte[]> source;
    private RedisAsyncCommands<byte[], byte[]> lettucePublisher;
    private Jedis jedis;
    private Jedis subscribedJedis;
    private BinaryJedisPubSub jedisListener;
    private Vertx vertx;
    private TracedPublisher vertxPublisher;
    private RedisConnection vertxConnection;

    @Setup(Level.Trial)
    public void connect() throws Exception {
        OpenTelemetry sdk = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder().build())
                .build();
        telemetry = RedisPubSubTelemetry.builder(sdk)
                .setPolicies(ChannelPolicies.BINARY)
                .build();
        message = traced ? telemetry.startPublish("bench", BODY).message() : BODY;
        redis = RedisServer.start();
        connectLettuce();
        connectJedis();
        connectVertx();
        while (!subscribed("lettuce") || !subscribed("jedis") || !subscribed("vertx")) {
            Thread.onSpinWait();
        }
    }

    private boolean subscribed(String channel) {
        return redis.cli("PUBSUB", "NUMSUB", channel).equals(List.of(channel, 1L));
    }

    private void connectLettuce() {
        lettuce = RedisClient.create(redis.url());
        source = lettuce.connect(ByteArrayCodec.INSTANCE).async();
        var tracing = LettuceTracing.create(telemetry).wrap(lettuce);
        lettucePublisher =
                (traced ? tracing.connect(ByteArrayCodec.INSTANCE) : lettuce.connect(ByteArrayCodec.INSTANCE)).async();
        var subscriber = traced
                ? tracing.connectPubSub(ByteArrayCodec.INSTANCE)
                : lettuce.connectPubSub(ByteArrayCodec.INSTANCE);
        subscriber.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(byte[] channel, byte[] body) {
                handled.release();
            }
        });
        subscriber.sync().subscribe("lettuce".getBytes(UTF_8));
    }

    private void connectJedis() {
        jedis = new Jedis("127.0.0.1", redis.port());
        subscribedJedis = new Jedis("127.0.0.1", redis.port());
        jedisListener = new BinaryJedisPubSub() {
            @Override
            public void onMessage(byte[] channel, byte[] body) {
                handled.release();
            }
        };
        byte[] channel = "jedis".getBytes(UTF_8);
        new Thread(() -> {
                    if (traced) {
                        JedisTracing.create(telemetry).wrap(subscribedJedis).subscribe(jedisListener, channel);
                    } else {
                        subscribedJedis.subscribe(jedisListener, channel);
                    }
                })
                .start();
    }

    private void connectVertx() throws Exception {
        vertx = Vertx.vertx();
        RedisSettings settings = RedisSettings.of(redis.url());
        vertxConnection = Redis.createClient(vertx, redis.url()).connect().await();
        vertxPublisher = TracedPublisher.connect(vertx, settings, telemetry).await();
        if (traced) {
            TracedSubscriber subscriber = TracedSubscriber.connect(
                            vertx, settings, telemetry, SubscriberOptions.DEFAULT)
                    .await();
            subscriber
                    .subscribe("vertx", received -> {
                        handled.release();
                        return Future.succeededFuture();
                    })
                    .await();
        } else {
            RedisConnection subscriber =
                    Redis.createClient(vertx, redis.url()).connect().await();
            subscriber.handler(reply -> {
                if (reply.get(0).toString().equals("message")) {
                    handled.release();
                }
            });
            subscriber.send(Request.cmd(Command.SUBSCRIBE).arg("vertx"));
        }
    }

    @TearDown(Level.Trial)
    public void close() throws Exception {
        jedisListener.unsubscribe();
        lettuce.shutdown();
        jedis.close();
        vertx.close().await();
        redis.close();
    }

    @Benchmark
    public Object corePublish() {
        return traced ? telemetry.publish("bench", BODY, bytes -> bytes) : BODY;
    }

    @Benchmark
    public void coreProcess() {
        if (traced) {
            telemetry.process("bench", message, received -> received.bodyLength());
        }
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void lettucePublish() {
        publish(lettucePublisher, NOBODY, BODY);
    }

    private static void publish(RedisAsyncCommands<byte[], byte[]> commands, byte[] channel, byte[] body) {
        RedisFuture<?>[] sent = new RedisFuture<?>[BATCH];
        for (int i = 0; i < BATCH; i++) {
            sent[i] = commands.publish(channel, body);
        }
        LettuceFutures.awaitAll(1, TimeUnit.MINUTES, sent);
    }

    @Benchmark
    public long jedisPublish() {
        return traced ? JedisTracing.create(telemetry).wrap(jedis).publish(NOBODY, BODY) : jedis.publish(NOBODY, BODY);
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void vertxPublish() throws Exception {
        List<Future<?>> sent = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            Buffer body = Buffer.buffer(BODY);
            sent.add(
                    traced
                            ? vertxPublisher.publish("nobody", body)
                            : vertxConnection.send(
                                    Request.cmd(Command.PUBLISH).arg("nobody").arg(body)));
        }
        Future.all(sent).await();
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void lettuceProcess() throws InterruptedException {
        process("lettuce");
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void jedisProcess() throws InterruptedException {
        process("jedis");
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void vertxProcess() throws InterruptedException {
        process("vertx");
    }

    private void process(String channel) throws InterruptedException {
        publish(source, channel.getBytes(UTF_8), message);
        handled.acquire(BATCH);
    }
}
