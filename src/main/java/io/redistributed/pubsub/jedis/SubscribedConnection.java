package io.redistributed.pubsub.jedis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.opentelemetry.context.Scope;
import io.redistributed.context.DecodedMessage;
import io.redistributed.pubsub.ProcessOperation;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Stands in for the connection in the loop of a {@code JedisPubSub}, whose methods are final. The loop reads a message
 * and calls the handler, in turns, on one thread. So the CONSUMER span starts when a message was read, and ends when
 * the loop reads the next one or stops. Commands may come from other threads.
 */
final class SubscribedConnection extends Connection {

    private static final Set<String> MESSAGES = Set.of("message", "pmessage", "smessage");
    private static final JedisSocketFactory NO_SOCKET = () -> {
        throw new JedisConnectionException("the connection of a subscription does not connect by itself");
    };

    private final Connection connection;
    private final RedisPubSubTelemetry telemetry;
    private @Nullable ProcessOperation operation;
    private @Nullable Scope scope;

    SubscribedConnection(Connection connection, RedisPubSubTelemetry telemetry) {
        super(NO_SOCKET);
        this.connection = connection;
        this.telemetry = telemetry;
        this.protocol = connection.getRedisProtocol();
    }

    @Override
    public Object getUnflushedObject() {
        handlerReturned();
        Object reply = connection.getUnflushedObject();
        if (reply instanceof List<?> parts
                && parts.size() >= 3
                && parts.get(0) instanceof byte[] type
                && MESSAGES.contains(new String(type, UTF_8))
                && parts.get(parts.size() - 2) instanceof byte[] channel
                && parts.get(parts.size() - 1) instanceof byte[] message) {
            return arrived(parts, new String(channel, UTF_8), message);
        }
        return reply;
    }

    private Object arrived(List<?> parts, String channel, byte[] message) {
        DecodedMessage decoded = telemetry.decode(channel, message);
        ProcessOperation started = telemetry.startProcess(channel, decoded);
        operation = started;
        scope = started.makeCurrent();
        if (decoded.bodyOffset() == 0) {
            return parts;
        }
        List<Object> stripped = new ArrayList<>(parts);
        stripped.set(parts.size() - 1, decoded.bodyBytes());
        return stripped;
    }

    /** Ends the span of the last message, if there is one. */
    void handlerReturned() {
        ProcessOperation ended = leave();
        if (ended != null) {
            ended.end();
        }
    }

    /** Ends the span of the last message as failed, unless it ended before. */
    void handlerFailed(Throwable failure) {
        ProcessOperation ended = leave();
        if (ended != null) {
            ended.fail(failure);
        }
    }

    private @Nullable ProcessOperation leave() {
        ProcessOperation left = operation;
        if (scope != null) {
            scope.close();
        }
        operation = null;
        scope = null;
        return left;
    }

    @Override
    public void sendCommand(CommandArguments arguments) {
        connection.sendCommand(arguments);
    }

    @Override
    protected void flush() {
        // The method itself is protected; this one flushes and reads nothing.
        connection.getMany(0);
    }

    @Override
    public void setTimeoutInfinite() {
        connection.setTimeoutInfinite();
    }

    @Override
    public void rollbackTimeout() {
        connection.rollbackTimeout();
    }
}
