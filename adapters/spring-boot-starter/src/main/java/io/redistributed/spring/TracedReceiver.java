package io.redistributed.spring;

import io.redistributed.context.DecodedMessage;
import java.nio.ByteBuffer;
import org.reactivestreams.Subscription;
import org.springframework.data.redis.connection.ReactiveSubscription.ChannelMessage;
import org.springframework.data.redis.connection.ReactiveSubscription.Message;
import org.springframework.data.redis.connection.ReactiveSubscription.PatternMessage;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/** Hands messages on without the header. The CONSUMER span is current until the next operator returns. */
final class TracedReceiver implements CoreSubscriber<Message<ByteBuffer, ByteBuffer>> {

    private final CoreSubscriber<? super Message<ByteBuffer, ByteBuffer>> receiver;
    private final MessageTracing tracing;

    TracedReceiver(CoreSubscriber<? super Message<ByteBuffer, ByteBuffer>> receiver, MessageTracing tracing) {
        this.receiver = receiver;
        this.tracing = tracing;
    }

    @Override
    public Context currentContext() {
        return receiver.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        receiver.onSubscribe(subscription);
    }

    @Override
    public void onNext(Message<ByteBuffer, ByteBuffer> message) {
        String channel = MessageTracing.name(message.getChannel());
        if (!tracing.isTraced(channel)) {
            receiver.onNext(message);
            return;
        }
        DecodedMessage decoded = tracing.decode(channel, message.getMessage());
        Message<ByteBuffer, ByteBuffer> stripped =
                decoded.bodyOffset() == 0 ? message : withBody(message, ByteBuffer.wrap(decoded.bodyBytes()));
        new Delivery(tracing, tracing.process(channel, decoded)).call(() -> receiver.onNext(stripped));
    }

    private static Message<ByteBuffer, ByteBuffer> withBody(Message<ByteBuffer, ByteBuffer> message, ByteBuffer body) {
        return message instanceof PatternMessage<?, ByteBuffer, ByteBuffer> matched
                ? new PatternMessage<>(matched.getPattern(), message.getChannel(), body)
                : new ChannelMessage<>(message.getChannel(), body);
    }

    @Override
    public void onError(Throwable failure) {
        receiver.onError(failure);
    }

    @Override
    public void onComplete() {
        receiver.onComplete();
    }
}
