package io.redistributed.pubsub.vertx;

import static io.redistributed.testing.Waiting.await;

import io.redistributed.pubsub.ChannelPolicies;
import io.redistributed.pubsub.ChannelPolicy;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import io.redistributed.redis.RedisSettings;
import io.redistributed.testing.RedisServer;
import io.redistributed.testing.Traces;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A Redis and a trace recorder for the tests of this package. Closing it also closes the given Vert.x. */
final class PubSub implements AutoCloseable {

    /** Short timeouts, to detect quickly that Redis is down. */
    static final SubscriberOptions IMPATIENT =
            SubscriberOptions.DEFAULT.withHeartbeat(Duration.ofMillis(400)).withCloseTimeout(Duration.ofSeconds(10));

    final RedisServer redis;
    final Vertx vertx;
    final Traces traces = new Traces();

    PubSub(Vertx vertx, String... redisConfiguration) {
        this(vertx, RedisServer.start(redisConfiguration));
    }

    PubSub(Vertx vertx, RedisServer redis) {
        this.redis = redis;
        this.vertx = vertx;
    }

    RedisSettings settings() {
        return RedisSettings.of(redis.url());
    }

    TracedPublisher publisher(ChannelPolicy... policies) {
        return await(TracedPublisher.connect(vertx, settings(), telemetry(policies)));
    }

    /** Short timeouts, to detect quickly that Redis hangs. */
    TracedPublisher impatientPublisher() {
        RedisSettings impatient =
                RedisSettings.of(redis.url()).withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(1));
        return await(TracedPublisher.connect(vertx, impatient, telemetry()));
    }

    TracedSubscriber subscriber(SubscriberOptions options) {
        return subscriber(telemetry(), options);
    }

    TracedSubscriber subscriber(RedisPubSubTelemetry telemetry, SubscriberOptions options) {
        return await(TracedSubscriber.connect(vertx, settings(), telemetry, options));
    }

    /** @param policies none for {@link ChannelPolicies#BINARY} */
    RedisPubSubTelemetry telemetry(ChannelPolicy... policies) {
        return RedisPubSubTelemetry.builder(traces.openTelemetry())
                .setPolicies(policies.length == 0 ? ChannelPolicies.BINARY : ChannelPolicies.of(policies))
                .build();
    }

    /** Returns the number of connections of Redis, without the one of this call. */
    long connections() {
        return ((String) redis.cli("CLIENT", "LIST")).lines().count() - 1;
    }

    @Override
    public void close() {
        try {
            await(vertx.close());
        } finally {
            redis.close();
            traces.close();
        }
    }

    /** Keeps the messages that it handles. */
    static final class Inbox implements Function<TracedMessage, Future<?>> {

        final List<Buffer> bodies = new CopyOnWriteArrayList<>();

        List<String> texts() {
            return bodies.stream().map(Buffer::toString).toList();
        }

        @Override
        public Future<?> apply(TracedMessage message) {
            bodies.add(message.body());
            return Future.succeededFuture();
        }
    }
}
