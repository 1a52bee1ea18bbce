package io.redistributed.javaagent.lettuce;

import io.lettuce.core.AbstractRedisReactiveCommands;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.pubsub.PubSubOutput;
import io.opentelemetry.instrumentation.api.util.VirtualField;
import io.redistributed.javaagent.AgentTelemetry;
import io.redistributed.javaagent.ListenerCall;
import io.redistributed.javaagent.PublishFrame;
import io.redistributed.javaagent.ReceivedMessage;
import io.redistributed.pubsub.PublishOperation;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** What the hooks in Lettuce do. */
@SuppressWarnings({"rawtypes", "unchecked"})
public final class LettuceHooks {

    private static final AgentTelemetry TELEMETRY = new AgentTelemetry(RedisCommandExecutionException.class);

    private static final VirtualField<Command, PublishOperation> PUBLISHES =
            VirtualField.find(Command.class, PublishOperation.class);
    private static final VirtualField<PubSubOutput, ReceivedMessage> RECEIVED =
            VirtualField.find(PubSubOutput.class, ReceivedMessage.class);

    private static final Set<String> MESSAGES = Set.of("message", "pmessage", "smessage");

    private LettuceHooks() {}

    /**
     * Defers a {@code publish} of the reactive commands until it is subscribed to; returns null for the call that is made
     * then. Lettuce would build the first command at once if the agent does not trace commands.
     */
    public static Mono<Long> deferred(
            AbstractRedisReactiveCommands commands, String method, Object channel, Object body) {
        return PublishFrame.isOpen()
                ? null
                : Mono.from(subscriber -> {
                    PublishFrame frame = PublishFrame.open(null);
                    Throwable thrown = null;
                    try {
                        Mono<Long> sent = method.equals("spublish")
                                ? commands.spublish(channel, body)
                                : commands.publish(channel, body);
                        sent.subscribe(subscriber);
                    } catch (Throwable e) {
                        thrown = e;
                        throw e;
                    } finally {
                        PublishFrame.close(frame, thrown);
                    }
                });
    }

    /**
     * Builds the command of a frame, before Lettuce asks for the parent of the command's span; returns null if there is no
     * frame to start.
     */
    public static Supplier<RedisCommand> built(Supplier<RedisCommand> command) {
        if (PublishFrame.pending() == null) {
            return null;
        }
        RedisCommand built = command.get();
        return () -> built;
    }

    /** Starts the span of a {@code PUBLISH} that was built; returns the command with the header, null to leave it. */
    public static Command published(Command command, RedisCodec codec, Object channel, Object message) {
        String name = name(codec, channel);
        byte[] body = bytes(codec.encodeValue(message));
        PublishFrame frame = PublishFrame.pending();
        PublishOperation operation =
                frame == null ? TELEMETRY.startPublish(name, body) : frame.start(TELEMETRY, name, body);
        Command sent = command;
        if (operation.header().length > 0) {
            CommandArgs args = new CommandArgs(codec);
            if (command.getArgs().getFirstEncodedKey() == null) {
                // In a cluster, Lettuce publishes it on the node that the Pub/Sub connection is subscribed to.
                args.add(bytes(codec.encodeKey(channel)));
            } else {
                args.addKey(channel);
            }
            args.add(operation.message());
            sent = new Command(command.getType(), command.getOutput(), args);
        }
        PUBLISHES.set(sent, operation);
        return sent;
    }

    /** Ends the span of a command that Redis answered. */
    public static void completed(Command command) {
        PublishOperation operation = take(command);
        if (operation == null) {
            return;
        }
        if (command.getOutput().hasError()) {
            operation.fail(
                    new RedisCommandExecutionException(command.getOutput().getError()));
        } else if (command.getOutput().get() instanceof Long receivers) {
            operation.end(receivers);
        } else {
            // Of a transaction that was discarded.
            operation.fail(new CancellationException("the message was not published"));
        }
    }

    /** Ends the span of a command without an answer. */
    public static void failed(Command command, Throwable cause) {
        PublishOperation operation = take(command);
        if (operation != null) {
            operation.fail(cause == null ? new CancellationException("the command was cancelled") : cause);
        }
    }

    private static PublishOperation take(Command command) {
        PublishOperation operation = PUBLISHES.get(command);
        if (operation != null) {
            PUBLISHES.set(command, null);
        }
        return operation;
    }

    /** Takes the header off if {@code bytes} are the body of a message; returns null to leave them. */
    public static ByteBuffer arrived(PubSubOutput output, Object channel, RedisCodec codec, ByteBuffer bytes) {
        if (channel == null
                || bytes == null
                || output.type() == null
                || !MESSAGES.contains(output.type().name())) {
            return null;
        }
        ReceivedMessage message = AgentTelemetry.received(name(codec, channel), bytes);
        RECEIVED.set(output, message);
        return message.hasHeader() ? message.body() : null;
    }

    /** Begins the call of the listeners. */
    public static ListenerCall listening(Object message) {
        if (!(message instanceof PubSubOutput output)) {
            return null;
        }
        ReceivedMessage received = RECEIVED.get(output);
        RECEIVED.set(output, null);
        return ListenerCall.begin(received);
    }

    private static String name(RedisCodec codec, Object channel) {
        return channel instanceof String text ? text : AgentTelemetry.name(bytes(codec.encodeKey(channel)));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
