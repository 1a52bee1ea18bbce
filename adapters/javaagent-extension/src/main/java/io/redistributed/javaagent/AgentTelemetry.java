package io.redistributed.javaagent;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.redistributed.pubsub.PublishOperation;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The library's tracing of messages, set up by the agent's configuration. */
public final class AgentTelemetry {

    private static final Logger log = Logger.getLogger(AgentTelemetry.class.getName());
    private static final AtomicBoolean FAILED = new AtomicBoolean();

    private static final RedisPubSubTelemetry TELEMETRY = RedisPubSubTelemetry.builder(GlobalOpenTelemetry.get())
            .setPolicies(AgentSettings.policies())
            .setChannelFilter(AgentSettings.channelFilter())
            .setDestination(new BoundedNames())
            .build();

    private AgentTelemetry() {}

    /** Starts the PRODUCER span of a message; the caller ends it. */
    public static PublishOperation startPublish(String channel, byte[] body) {
        return TELEMETRY.startPublish(channel, body);
    }

    /** Reads the header of a message that was received on a channel. */
    public static ReceivedMessage received(String channel, ByteBuffer message) {
        return new ReceivedMessage(TELEMETRY, channel, TELEMETRY.decode(channel, message));
    }

    /** A channel's name as it is on spans. */
    public static String name(byte[] channel) {
        return new String(channel, UTF_8);
    }

    /** Logs the first failure of a hook; the program goes on without the trace. */
    public static void failed(Throwable failure) {
        if (FAILED.compareAndSet(false, true)) {
            log.log(Level.WARNING, "Tracing a Redis Pub/Sub message failed; further failures are not logged", failure);
        }
    }
}
