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
 * Publishes messages that carry the current trace, over one held, pipelined connection that comes back by itself. Safe to
 * use from any thread; futures complete on the caller's Vert.x context.
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
     * {@link #connect(Vertx, RedisSettings, RedisPubSubTelemetry)} with {@link ChannelPolicies#BINARY} on all channels.
     *
     * @param vertx on one of whose event loops the connection is
     * @param redisUrl {@code redis[s]://[[user]:password@]host[:port][/database]}
     * @param openTelemetry where spans and metrics go
     * @return a connected publisher
     * @throws IllegalArgumentException if the URL is none
     */
    public static Future<TracedPublisher> connect(Vertx vertx, String redisUrl, OpenTelemetry openTelemetry) {
        RedisPubSubTelemetry telemetry = RedisPubSubTelemetry.builder(openTelemetry)
                .setPolicies(ChannelPolicies.BINARY)
                .build();
        return connect(vertx, RedisSettings.of(redisUrl), telemetry);
    }

    /**
     * Connects. Later losses heal by themselves, this first attempt does not.
     *
     * @param vertx on one of whose event loops the connection is
     * @param redis where to connect to
     * @param telemetry which header is written to which channel, and where spans and metrics go
     * @return a connected publisher; or a {@link io.redistributed.redis.RedisUnavailableException} if Redis cannot be
     *     reached now
     */
    public static Future<TracedPublisher> connect(Vertx vertx, RedisSettings redis, RedisPubSubTelemetry telemetry) {
        RedisPubSubTelemetry own =
                telemetry.withServer(redis.host(), redis.port()).withErrorType(ErrorKind::of);
        // Of commands: it sends none but those that have a span of their own.
        return RedisCommands.connect(vertx, redis, OpenTelemetry.noop())
                .map(commands -> new TracedPublisher(commands, own));
    }

    /**
     * Connects to the Redis that options of the Vert.x client lead to, as {@link RedisSettings#of(RedisOptions)}.
     *
     * @param vertx on one of whose event loops the connection is
     * @param redis where to connect to, with TLS, credentials and so on
     * @param telemetry which header is written to which channel, and where spans and metrics go
     * @return as {@link #connect(Vertx, RedisSettings, RedisPubSubTelemetry)}
     * @throws IllegalArgumentException if the options are of a kind that is not supported
     */
    public static Future<TracedPublisher> connect(Vertx vertx, RedisOptions redis, RedisPubSubTelemetry telemetry) {
        return connect(vertx, RedisSettings.of(redis), telemetry);
    }

    /**
     * {@link #publish(String, Buffer)} of the text in UTF-8.
     *
     * @param channel where to
     * @param body the message without a header
     * @return how many subscribers received it, or a failure
     */
    public Future<Integer> publish(String channel, String body) {
        return publish(channel, Buffer.buffer(Objects.requireNonNull(body, "body")));
    }

    /**
     * Publishes {@code body} behind the header of a new PRODUCER span {@code publish <channel>}, a child of the current
     * span. Sent once: like every {@code PUBLISH}, a message may be lost while nobody is connected.
     *
     * @param channel where to; also the destination's name on the span
     * @param body the message without a header; read before this method returns
     * @return how many subscribers received it; or a {@link io.redistributed.redis.RedisUnavailableException}, after
     *     which the message may or may not have been published; or a
     *     {@link io.redistributed.redis.TooManyCommandsException} or a
     *     {@link io.redistributed.redis.RedisRefusedException}, after which it has not; or the server's error
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
     * Completes when another message can be published: when fewer than {@link RedisSettings#maxWaitingCommands} wait for
     * their replies. Who publishes faster than Redis answers awaits this before each message.
     *
     * @return succeeds then, on the caller's Vert.x context
     */
    public Future<Void> ready() {
        return commands.ready();
    }

    /** {@return whether there is a connection at this moment} */
    public boolean isConnected() {
        return commands.isConnected();
    }

    /**
     * Closes the connection; messages whose reply has not come count as failed. The end of the verticle that made the
     * publisher, or of Vert.x, closes it too.
     *
     * @return succeeds when it is closed
     */
    public Future<Void> close() {
        return commands.close();
    }
}
