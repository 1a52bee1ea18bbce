package io.redistributed.pubsub.vertx;

import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.pubsub.ChannelPolicies;
import io.redistributed.pubsub.PublishOperation;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import io.redistributed.redis.ErrorKind;
import io.redistributed.redis.RedisCommands;
import io.redistributed.redis.RedisSettings;
import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.RedisOptions;
import java.util.Objects;

/**
 * Publishes messages that carry the current trace over one pipelined connection that reconnects. Safe to use from any
 * thread; futures complete on the caller's Vert.x context.
 *
 * @since 0.1.0
 */
public final class TracedPublisher {

    private final RedisCommands commands;
    private final RedisPubSubTelemetry telemetry;

    private TracedPublisher(RedisCommands commands, RedisPubSubTelemetry telemetry) {
        this.commands = commands;
        this.telemetry = telemetry;
    }

    /**
     * Connects with {@link ChannelPolicies#BINARY} on all channels.
     *
     * @param vertx the connection uses one of its event loops
     * @param redisUrl {@code redis[s]://[[user]:password@]host[:port][/database]}
     * @param openTelemetry where spans and metrics go
     * @return a connected publisher
     * @throws IllegalArgumentException if the URL is not a Redis URL
     */
    public static Future<TracedPublisher> connect(Vertx vertx, String redisUrl, OpenTelemetry openTelemetry) {
        RedisPubSubTelemetry telemetry = RedisPubSubTelemetry.builder(openTelemetry)
                .setPolicies(ChannelPolicies.BINARY)
                .build();
        return connect(vertx, RedisSettings.of(redisUrl), telemetry);
    }

    /**
     * Connects. A failed first attempt is not retried; later losses are.
     *
     * @param vertx the connection uses one of its event loops
     * @param redis address and timeouts
     * @param telemetry policies of the channels; records spans and metrics
     * @return a connected publisher; fails with a {@link io.redistributed.redis.RedisUnavailableException} if Redis is
     *     unavailable
     */
    public static Future<TracedPublisher> connect(Vertx vertx, RedisSettings redis, RedisPubSubTelemetry telemetry) {
        RedisPubSubTelemetry own =
                telemetry.withServer(redis.host(), redis.port()).withErrorType(ErrorKind::of);
        // No telemetry of commands: each publish already has a span.
        return RedisCommands.connect(vertx, redis, OpenTelemetry.noop())
                .map(commands -> new TracedPublisher(commands, own));
    }

    /**
     * Connects with options of the Vert.x client, see {@link RedisSettings#of(RedisOptions)}.
     *
     * @param vertx the connection uses one of its event loops
     * @param redis address and options such as TLS and credentials
     * @param telemetry policies of the channels; records spans and metrics
     * @return as {@link #connect(Vertx, RedisSettings, RedisPubSubTelemetry)}
     * @throws IllegalArgumentException if the options are not supported
     */
    public static Future<TracedPublisher> connect(Vertx vertx, RedisOptions redis, RedisPubSubTelemetry telemetry) {
        return connect(vertx, RedisSettings.of(redis), telemetry);
    }

    /**
     * Publishes a text as UTF-8, see {@link #publish(String, Buffer)}.
     *
     * @param channel target channel
     * @param body the message without a header
     * @return the number of subscribers that received it
     */
    public Future<Integer> publish(String channel, String body) {
        return publish(channel, Buffer.buffer(Objects.requireNonNull(body, "body")));
    }

    /**
     * Publishes {@code body} with the header of a new PRODUCER span {@code publish <channel>}, a child of the current
     * span. Sent once without retries; subscribers that are disconnected do not receive it.
     *
     * @param channel target channel
     * @param body the message without a header; read before this method returns
     * @return the number of subscribers that received it. Fails with a
     *     {@link io.redistributed.redis.RedisUnavailableException} if Redis is unavailable: the message may have been
     *     published. Fails with a {@link io.redistributed.redis.TooManyCommandsException}, a
     *     {@link io.redistributed.redis.RedisRefusedException} or the server's error if it was not published
     */
    public Future<Integer> publish(String channel, Buffer body) {
        Objects.requireNonNull(channel, "channel");
        Objects.requireNonNull(body, "body");
        PublishOperation publishing = telemetry.startPublish(channel, VertxInternals.bytes(body));
        byte[] header = publishing.header();
        Buffer message = header.length == 0
                ? body
                : Buffer.buffer(header.length + body.length())
                        .appendBytes(header)
                        .appendBuffer(body);
        return commands.publish(channel, message)
                .onSuccess(receivers -> publishing.end(receivers))
                .onFailure(publishing::fail);
    }

    /**
     * Completes when fewer than {@link RedisSettings#maxWaitingCommands} messages wait for their replies. Await it
     * before each message if you publish faster than Redis answers.
     *
     * @return completes on the caller's Vert.x context
     */
    public Future<Void> ready() {
        return commands.ready();
    }

    /** {@return whether the connection is up} */
    public boolean isConnected() {
        return commands.isConnected();
    }

    /**
     * Closes the connection. Messages without a reply fail. The publisher also closes with the verticle that created
     * it, or with Vert.x.
     *
     * @return completes when it is closed
     */
    public Future<Void> close() {
        return commands.close();
    }
}
