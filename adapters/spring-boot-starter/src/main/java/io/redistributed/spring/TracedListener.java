package io.redistributed.spring;

import io.redistributed.context.DecodedMessage;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.DefaultMessage;
import org.springframework.data.redis.connection.Message;
import org.springframework.data.redis.connection.MessageListener;
import org.springframework.data.redis.connection.SubscriptionListener;

/** A listener of a connection that gets messages without the header, under the CONSUMER span. */
final class TracedListener implements MessageListener, SubscriptionListener {

    private final MessageListener listener;
    private final MessageTracing tracing;
    private final @Nullable ListenerContainer container;

    private TracedListener(MessageListener listener, MessageTracing tracing) {
        this.listener = listener;
        this.tracing = tracing;
        this.container = ListenerContainer.behind(listener);
    }

    static MessageListener of(MessageListener listener, MessageTracing tracing) {
        return listener instanceof TracedListener ? listener : new TracedListener(listener, tracing);
    }

    @Override
    public void onMessage(Message message, byte @Nullable [] pattern) {
        String channel = MessageTracing.name(message.getChannel());
        if (!tracing.isTraced(channel)) {
            listener.onMessage(message, pattern);
            return;
        }
        DecodedMessage decoded = tracing.decode(channel, ByteBuffer.wrap(message.getBody()));
        Message stripped =
                decoded.bodyOffset() == 0 ? message : new DefaultMessage(message.getChannel(), decoded.bodyBytes());
        Delivery delivery = new Delivery(tracing, tracing.process(channel, decoded));
        if (container == null) {
            delivery.call(() -> listener.onMessage(stripped, pattern));
        } else {
            delivery.call(() -> container.dispatch(delivery, stripped, pattern));
        }
    }

    @Override
    public void onChannelSubscribed(byte[] channel, long count) {
        if (listener instanceof SubscriptionListener notified) {
            notified.onChannelSubscribed(channel, count);
        }
    }

    @Override
    public void onChannelUnsubscribed(byte[] channel, long count) {
        if (listener instanceof SubscriptionListener notified) {
            notified.onChannelUnsubscribed(channel, count);
        }
    }

    @Override
    public void onPatternSubscribed(byte[] pattern, long count) {
        if (listener instanceof SubscriptionListener notified) {
            notified.onPatternSubscribed(pattern, count);
        }
    }

    @Override
    public void onPatternUnsubscribed(byte[] pattern, long count) {
        if (listener instanceof SubscriptionListener notified) {
            notified.onPatternUnsubscribed(pattern, count);
        }
    }
}
