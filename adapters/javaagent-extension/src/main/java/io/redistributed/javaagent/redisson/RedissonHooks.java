package io.redistributed.javaagent.redisson;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.opentelemetry.instrumentation.api.util.VirtualField;
import io.redistributed.javaagent.AgentTelemetry;
import io.redistributed.javaagent.ListenerCall;
import io.redistributed.javaagent.PublishFrame;
import io.redistributed.javaagent.ReceivedMessage;
import io.redistributed.pubsub.PublishOperation;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.redisson.api.RFuture;
import org.redisson.api.RTopic;
import org.redisson.client.RedisException;
import org.redisson.client.protocol.Decoder;
import org.redisson.client.protocol.pubsub.PubSubMessage;
import org.redisson.client.protocol.pubsub.PubSubPatternMessage;
import org.redisson.command.CommandBatchService;

/** What the hooks in Redisson do. */
public final class RedissonHooks {

    private static final AgentTelemetry TELEMETRY = new AgentTelemetry(RedisException.class);

    private static final VirtualField<PubSubMessage, ReceivedMessage> MESSAGES =
            VirtualField.find(PubSubMessage.class, ReceivedMessage.class);
    private static final VirtualField<PubSubPatternMessage, ReceivedMessage> PATTERN_MESSAGES =
            VirtualField.find(PubSubPatternMessage.class, ReceivedMessage.class);

    private static final VirtualField<CommandBatchService, BatchPublishes> BATCHES =
            VirtualField.find(CommandBatchService.class, BatchPublishes.class);

    /** From the decoding of a message's body to that of the message, on one thread. */
    private static final ThreadLocal<ReceivedMessage> DECODED = new ThreadLocal<>();

    private RedissonHooks() {}

    /** Opens the frame of a {@code publish}. */
    public static PublishFrame publishing(RTopic topic) {
        return PublishFrame.open(topic.getChannelNames().get(0));
    }

    /** Starts the span of an encoded message; returns it with its header, null to leave it. */
    public static ByteBuf encoded(ByteBuf body) {
        PublishFrame frame = PublishFrame.pending();
        if (frame == null || frame.channel() == null) {
            return null;
        }
        PublishOperation operation = frame.start(TELEMETRY, frame.channel(), ByteBufUtil.getBytes(body));
        return operation.header().length == 0
                ? null
                : Unpooled.wrappedBuffer(Unpooled.wrappedBuffer(operation.header()), body);
    }

    /** Ends the span with the answer. */
    public static void published(PublishOperation operation, RFuture<Long> answer) {
        if (operation != null && answer != null) {
            answer.whenComplete((receivers, failure) -> {
                if (failure != null) {
                    operation.fail(failure);
                } else if (receivers != null) {
                    operation.end(receivers);
                } else {
                    operation.end();
                }
            });
        }
    }

    /** Notes the message that this thread publishes in a batch. */
    public static void batched(CommandBatchService batch) {
        PublishOperation operation = PublishFrame.started();
        if (operation == null) {
            return;
        }
        // Several threads may add to a batch.
        synchronized (batch) {
            BatchPublishes publishes = BATCHES.get(batch);
            if (publishes == null) {
                publishes = new BatchPublishes();
                BATCHES.set(batch, publishes);
            }
            publishes.add(operation);
        }
    }

    /** Ends the spans of a batch with its answer. */
    public static void executed(CommandBatchService batch, RFuture<?> answer) {
        BatchPublishes publishes = BATCHES.get(batch);
        if (publishes != null && answer != null) {
            answer.whenComplete((result, failure) -> publishes.end(failure));
        }
    }

    /** Ends the spans of a batch as failed. */
    public static void discarded(CommandBatchService batch) {
        BatchPublishes publishes = BATCHES.get(batch);
        if (publishes != null) {
            publishes.end(new CancellationException("the message was not published"));
        }
    }

    /** A decoder that takes the header off, if the next part is the body of a message; returns null to leave it. */
    public static Decoder<Object> decoder(List<Object> parts, Decoder<Object> decoder) {
        if (parts == null || parts.isEmpty() || decoder == null) {
            return null;
        }
        String type = String.valueOf(parts.get(0));
        boolean isBody = parts.size() == 2 && (type.equals("message") || type.equals("smessage"))
                || parts.size() == 3 && type.equals("pmessage");
        DECODED.remove();
        if (!isBody || !(parts.get(parts.size() - 1) instanceof byte[] channel)) {
            return null;
        }
        return (buffer, state) -> decoder.decode(arrived(channel, buffer), state);
    }

    private static ByteBuf arrived(byte[] channel, ByteBuf buffer) {
        try {
            ReceivedMessage message = AgentTelemetry.received(AgentTelemetry.name(channel), buffer.nioBuffer());
            DECODED.set(message);
            if (message.hasHeader()) {
                buffer.readerIndex(buffer.writerIndex() - message.bodyLength());
            }
        } catch (Throwable e) {
            AgentTelemetry.failed(e);
        }
        return buffer;
    }

    /** Keeps what was found in front of a message with the message, until a thread of the pool handles it. */
    public static void decoded(Object message) {
        ReceivedMessage received = DECODED.get();
        DECODED.remove();
        if (message instanceof PubSubMessage plain) {
            MESSAGES.set(plain, received);
        } else if (message instanceof PubSubPatternMessage pattern) {
            PATTERN_MESSAGES.set(pattern, received);
        }
    }

    /** Begins the call of the listeners. */
    public static ListenerCall listening(Object message) {
        if (message instanceof PubSubMessage plain) {
            return ListenerCall.begin(MESSAGES.get(plain));
        }
        return message instanceof PubSubPatternMessage pattern
                ? ListenerCall.begin(PATTERN_MESSAGES.get(pattern))
                : null;
    }
}
