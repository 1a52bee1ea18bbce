package io.redistributed.pubsub.vertx;

import static io.redistributed.pubsub.vertx.PubSub.IMPATIENT;
import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;

import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import io.redistributed.pubsub.vertx.PubSub.Inbox;
import io.redistributed.redis.LuaScript;
import io.redistributed.redis.RedisCommands;
import io.redistributed.redis.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs scripts one after the other, each of which increments a counter and publishes to a subscriber, also during
 * faults of Redis. Has a publisher too.
 */
final class Traffic implements AutoCloseable {

    static final String TAG = "{rd:0}";
    static final String COUNTER = TAG + ":counter";
    static final String CHANNEL = TAG + ":counted";

    private static final Logger log = LoggerFactory.getLogger(Traffic.class);
    private static final LuaScript TELL = LuaScript.load(Traffic.class, "tell");

    final Vertx vertx;
    final Inbox inbox = new Inbox();
    final RedisCommands commands;
    final TracedSubscriber subscriber;
    final TracedPublisher publisher;

    private final RedisSettings settings;
    private final AtomicInteger answered = new AtomicInteger();
    private final Future<Void> stopped;

    private volatile boolean stopping;
    private volatile long lastAnswered;
    private volatile long lastReceived;

    Traffic(Vertx vertx, RedisSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
        OpenTelemetry untraced = OpenTelemetry.noop();
        RedisPubSubTelemetry telemetry = RedisPubSubTelemetry.create(untraced);
        commands = await(RedisCommands.connect(vertx, settings, untraced));
        subscriber = await(TracedSubscriber.connect(vertx, settings, telemetry, IMPATIENT));
        publisher = await(TracedPublisher.connect(vertx, settings, telemetry));
        await(subscriber.subscribe(CHANNEL, inbox));
        stopped = flow();
        awaitFlow("the start");
    }

    /** Waits until a new script has been answered and has reached the subscriber, and a message has been delivered. */
    void awaitFlow(String since) {
        long now = System.nanoTime();
        eventually(() -> lastAnswered > now);
        log.info("The first script was answered {} ms after {}", millis(lastAnswered - now), since);
        eventually(() -> lastReceived > now);
        log.info("The subscriber received a message {} ms after {}", millis(lastReceived - now), since);
        String body = "since " + since;
        eventually(() -> await(publisher.publish(CHANNEL, body).otherwise(0)) == 1);
        eventually(() -> inbox.texts().contains(body));
    }

    /** @return how many scripts have been answered */
    int stop() {
        stopping = true;
        await(stopped);
        return answered.get();
    }

    /** Fails if a script did. */
    @Override
    public void close() {
        stop();
        await(Future.join(commands.close(), subscriber.close(), publisher.close()));
    }

    private Future<Void> flow() {
        if (stopping) {
            return Future.succeededFuture();
        }
        long begun = System.nanoTime();
        return tell().compose(reply -> {
                    answered.incrementAndGet();
                    lastAnswered = begun;
                    if (reply.get(1).toInteger() == 1) {
                        lastReceived = begun;
                    }
                    return vertx.timer(2, TimeUnit.MILLISECONDS);
                })
                .compose(v -> flow());
    }

    private Future<Response> tell() {
        List<String> args = List.of(settings.publishCommand(), CHANNEL);
        return commands.runUntilAnswered(TELL, List.of(COUNTER), args, Duration.ofSeconds(20));
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
