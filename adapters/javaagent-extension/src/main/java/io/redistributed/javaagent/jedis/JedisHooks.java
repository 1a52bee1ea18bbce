package io.redistributed.javaagent.jedis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.opentelemetry.instrumentation.api.util.VirtualField;
import io.redistributed.javaagent.AgentTelemetry;
import io.redistributed.javaagent.ListenerCall;
import io.redistributed.javaagent.PublishFrame;
import io.redistributed.javaagent.ReceivedMessage;
import io.redistributed.pubsub.PublishOperation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.CommandObjects;
import redis.clients.jedis.PipeliningBase;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.args.Rawable;
import redis.clients.jedis.exceptions.JedisDataException;

/** What the hooks in Jedis do. */
public final class JedisHooks {

    private static final AgentTelemetry TELEMETRY = new AgentTelemetry(JedisDataException.class);

    private static final VirtualField<PipeliningBase, PendingPublishes> PENDING =
            VirtualField.find(PipeliningBase.class, PendingPublishes.class);

    private static final Set<String> MESSAGES = Set.of("message", "pmessage", "smessage");

    /** Jedis reads a message and calls the listener on one thread. */
    private static final ThreadLocal<ReceivedMessage> RECEIVED = new ThreadLocal<>();

    private JedisHooks() {}

    /** Opens the frame of a {@code publish} with texts or bytes, and starts its span; null to leave it alone. */
    public static PublishFrame publishing(Object channel, Object message) {
        byte[] name = bytes(channel);
        byte[] body = bytes(message);
        if (name == null || body == null) {
            return null;
        }
        PublishFrame frame = PublishFrame.open(null);
        if (frame != null) {
            try {
                frame.start(TELEMETRY, AgentTelemetry.name(name), body);
            } catch (Throwable e) {
                PublishFrame.close(frame, e);
                throw e;
            }
        }
        return frame;
    }

    private static byte[] bytes(Object part) {
        if (part instanceof String text) {
            return text.getBytes(UTF_8);
        }
        return part instanceof byte[] bytes ? bytes : null;
    }

    /** Makes the command with bytes, as a text could not hold a header; returns null to leave it. */
    public static CommandObject<Long> inBytes(CommandObjects commands, String method, String channel, String message) {
        if (!PublishFrame.isWaiting()) {
            return null;
        }
        byte[] name = channel.getBytes(UTF_8);
        byte[] body = message.getBytes(UTF_8);
        return method.equals("spublish") ? commands.spublish(name, body) : commands.publish(name, body);
    }

    /** The same for {@code Jedis.publish}, which makes its command from texts; returns null to leave it. */
    public static CommandArguments arguments(CommandArguments arguments) {
        if (!PublishFrame.isWaiting() || arguments.getCommand() != Protocol.Command.PUBLISH) {
            return null;
        }
        Iterator<Rawable> parts = arguments.iterator();
        parts.next();
        byte[] channel = parts.next().getRaw();
        return new CommandArguments(arguments.getCommand()).add(channel).add(PublishFrame.message());
    }

    /** Keeps the span of a message until the pipeline or transaction is through. */
    public static void queued(PipeliningBase pipeline, PublishOperation operation, Response<Long> response) {
        if (operation == null || response == null) {
            return;
        }
        PendingPublishes pending = PENDING.get(pipeline);
        if (pending == null) {
            pending = new PendingPublishes();
            PENDING.set(pipeline, pending);
        }
        pending.add(response, operation);
    }

    /** Ends the spans of a pipeline's or transaction's messages. */
    public static void through(PipeliningBase pipeline, Throwable thrown) {
        PendingPublishes pending = PENDING.get(pipeline);
        if (pending != null) {
            pending.end(thrown);
        }
    }

    /** Takes the header off a reply that is a message; returns null to leave it. */
    public static Object arrived(Object reply) {
        RECEIVED.remove();
        if (!(reply instanceof List<?> parts)
                || parts.size() < 3
                || !(parts.get(0) instanceof byte[] type)
                || !MESSAGES.contains(AgentTelemetry.name(type))
                || !(parts.get(parts.size() - 2) instanceof byte[] channel)
                || !(parts.get(parts.size() - 1) instanceof byte[] bytes)) {
            return null;
        }
        ReceivedMessage message = AgentTelemetry.received(AgentTelemetry.name(channel), ByteBuffer.wrap(bytes));
        RECEIVED.set(message);
        if (!message.hasHeader()) {
            return null;
        }
        List<Object> stripped = new ArrayList<>(parts);
        stripped.set(parts.size() - 1, message.bodyBytes());
        return stripped;
    }

    /** Begins the call of a listener. */
    public static ListenerCall listening() {
        ReceivedMessage message = RECEIVED.get();
        RECEIVED.remove();
        return ListenerCall.begin(message);
    }
}
