package io.redistributed.javaagent;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.redistributed.context.WireFormat;
import io.redistributed.pubsub.ChannelPolicies;
import io.redistributed.pubsub.ChannelPolicy;
import io.redistributed.pubsub.PublishOperation;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The library's tracing of messages, set up by the agent's configuration. */
public final class AgentTelemetry {

    private static final Logger log = Logger.getLogger(AgentTelemetry.class.getName());
    private static final AtomicBoolean FAILED = new AtomicBoolean();

    private static final ChannelPolicy POLICY = AgentSettings.policy();
    private static final Predicate<String> WRITTEN = AgentSettings.writtenChannels();
    private static final Predicate<String> FILTER = AgentSettings.channelFilter();
    private static final BoundedNames NAMES = new BoundedNames();

    // Two of them, because policies match the bounded name of a channel, which may be that of many others.
    private static final RedisPubSubTelemetry WRITER = telemetry(POLICY);
    private static final RedisPubSubTelemetry READER =
            telemetry(new ChannelPolicy("*", WireFormat.NONE, POLICY.relation(), POLICY.baggage()));

    private final RedisPubSubTelemetry writer;
    private final RedisPubSubTelemetry reader;

    /**
     * Of the publishes of one client.
     *
     * @param errorReply its exception for an error reply of Redis
     */
    public AgentTelemetry(Class<? extends Throwable> errorReply) {
        this.writer = WRITER.withErrorReplies(errorReply);
        this.reader = READER.withErrorReplies(errorReply);
    }

    private static RedisPubSubTelemetry telemetry(ChannelPolicy policy) {
        return RedisPubSubTelemetry.builder(GlobalOpenTelemetry.get())
                .setPolicies(ChannelPolicies.of(policy))
                .setChannelFilter(FILTER)
                .setDestination(NAMES)
                .build();
    }

    /** Starts the PRODUCER span of a message; the caller ends it. */
    public PublishOperation startPublish(String channel, byte[] body) {
        return (WRITTEN.test(channel) ? writer : reader).startPublish(channel, body);
    }

    /** Reads the header of a message that was received on a channel. */
    public static ReceivedMessage received(String channel, ByteBuffer message) {
        return new ReceivedMessage(READER, channel, READER.decode(channel, message));
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
