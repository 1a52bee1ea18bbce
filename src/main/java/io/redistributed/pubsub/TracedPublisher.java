package io.redistributed.pubsub;

import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.redis.RedisCommands;
import io.redistributed.redis.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;

/**
 * Publishes messages that carry the current trace, over one held, pipelined connection that comes back by itself. Safe to
 * use from any thread; futures complete on the caller's Vert.x context.
 */
public final class TracedPublisher {

    private final RedisCommands commands;
    private final PublishTracer tracer;

    private TracedPublisher(RedisCommands commands, PublishTracer tracer) {
        this.commands = commands;
        this.tracer = tracer;
    }

    /** {@link #connect(Vertx, RedisSettings, OpenTelemetry, ChannelPolicies)} with the default policy. */
    public static Future<TracedPublisher> connect(Vertx vertx, String redisUrl, OpenTelemetry openTelemetry) {
        return connect(vertx, RedisSettings.of(redisUrl), openTelemetry, ChannelPolicies.DEFAULT);
    }

    /** Fails with a {@link io.redistributed.redis.RedisUnavailableException} if Redis cannot be reached now. */
    public static Future<TracedPublisher> connect(
            Vertx vertx, RedisSettings redis, OpenTelemetry openTelemetry, ChannelPolicies policies) {
        return RedisCommands.connect(vertx, redis, openTelemetry)
                .map(commands -> new TracedPublisher(commands, new PublishTracer(openTelemetry, redis, policies)));
    }

    /** {@link #publish(String, Buffer)} of the text in UTF-8. */
    public Future<Integer> publish(String channel, String body) {
        return publish(channel, Buffer.buffer(body));
    }

    /**
     * Publishes {@code body} behind the header of a new PRODUCER span {@code publish <channel>}, a child of the current
     * span. Sent once: like every {@code PUBLISH}, a message may be lost while nobody is connected.
     *
     * @return how many subscribers received it; or a {@link io.redistributed.redis.RedisUnavailableException}, after
     *     which the message may or may not have been published; or the server's error
     */
    public Future<Integer> publish(String channel, Buffer body) {
        PublishTracer.Publishing publishing = tracer.start(channel, body.length());
        byte[] header = publishing.header();
        Buffer message = header.length == 0
                ? body
                : Buffer.buffer(header.length + body.length())
                        .appendBytes(header)
                        .appendBuffer(body);
        return commands.publish(channel, message)
                .onSuccess(publishing::succeeded)
                .onFailure(publishing::failed);
    }

    public boolean isConnected() {
        return commands.isConnected();
    }

    /** Closes the connection; messages whose reply has not come count as failed. */
    public Future<Void> close() {
        return commands.close();
    }
}
