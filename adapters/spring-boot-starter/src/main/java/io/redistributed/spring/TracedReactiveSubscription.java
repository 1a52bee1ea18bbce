package io.redistributed.spring;

import java.nio.ByteBuffer;
import java.util.Set;
import org.springframework.data.redis.connection.ReactiveSubscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/** A subscription whose messages arrive without the header, under the CONSUMER span. */
final class TracedReactiveSubscription implements ReactiveSubscription {

    private final ReactiveSubscription subscription;
    private final MessageTracing tracing;

    TracedReactiveSubscription(ReactiveSubscription subscription, MessageTracing tracing) {
        this.subscription = subscription;
        this.tracing = tracing;
    }

    @Override
    public Flux<Message<ByteBuffer, ByteBuffer>> receive() {
        return Flux.from(subscriber -> {
            CoreSubscriber<? super Message<ByteBuffer, ByteBuffer>> receiver = Operators.toCoreSubscriber(subscriber);
            subscription.receive().subscribe(new TracedReceiver(receiver, tracing));
        });
    }

    @Override
    public Mono<Void> subscribe(ByteBuffer... channels) {
        return subscription.subscribe(channels);
    }

    @Override
    public Mono<Void> pSubscribe(ByteBuffer... patterns) {
        return subscription.pSubscribe(patterns);
    }

    @Override
    public Mono<Void> unsubscribe() {
        return subscription.unsubscribe();
    }

    @Override
    public Mono<Void> unsubscribe(ByteBuffer... channels) {
        return subscription.unsubscribe(channels);
    }

    @Override
    public Mono<Void> pUnsubscribe() {
        return subscription.pUnsubscribe();
    }

    @Override
    public Mono<Void> pUnsubscribe(ByteBuffer... patterns) {
        return subscription.pUnsubscribe(patterns);
    }

    @Override
    public Set<ByteBuffer> getChannels() {
        return subscription.getChannels();
    }

    @Override
    public Set<ByteBuffer> getPatterns() {
        return subscription.getPatterns();
    }

    @Override
    public Mono<Void> cancel() {
        return subscription.cancel();
    }
}
