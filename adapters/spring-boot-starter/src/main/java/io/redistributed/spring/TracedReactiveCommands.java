package io.redistributed.spring;

import io.opentelemetry.context.Scope;
import io.redistributed.pubsub.PublishOperation;
import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;
import org.reactivestreams.Publisher;
import org.springframework.data.redis.connection.ReactivePubSubCommands;
import org.springframework.data.redis.connection.ReactiveSubscription;
import org.springframework.data.redis.connection.ReactiveSubscription.ChannelMessage;
import org.springframework.data.redis.connection.SubscriptionListener;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** Traces the Pub/Sub commands of a reactive connection. */
final class TracedReactiveCommands implements ReactivePubSubCommands {

    private final ReactivePubSubCommands commands;
    private final MessageTracing tracing;

    TracedReactiveCommands(ReactivePubSubCommands commands, MessageTracing tracing) {
        this.commands = commands;
        this.tracing = tracing;
    }

    @Override
    public Mono<ReactiveSubscription> createSubscription(SubscriptionListener listener) {
        return commands.createSubscription(listener)
                .map(subscription -> new TracedReactiveSubscription(subscription, tracing));
    }

    @Override
    public Flux<Long> publish(Publisher<ChannelMessage<ByteBuffer, ByteBuffer>> messages) {
        return Flux.from(messages).flatMap(message -> Mono.deferContextual(context -> publish(message, context)));
    }

    private Mono<Long> publish(ChannelMessage<ByteBuffer, ByteBuffer> message, ContextView context) {
        PublishOperation operation;
        try (Scope scope = ReactorContext.enter(context)) {
            operation = tracing.publish(MessageTracing.name(message.getChannel()), message.getMessage());
        }
        ByteBuffer body = operation.header().length == 0 ? message.getMessage() : ByteBuffer.wrap(operation.message());
        Mono<Long> sent = commands.publish(message.getChannel(), body)
                .doOnNext(operation::end)
                .doOnError(operation::fail)
                // Without a reply.
                .doOnTerminate(operation::end)
                .doOnCancel(() -> operation.fail(new CancellationException("the subscription was cancelled")));
        // Current while the command is sent.
        return Mono.from(subscriber -> {
            try (Scope scope = tracing.enter(operation)) {
                sent.subscribe(subscriber);
            }
        });
    }

    @Override
    public Mono<Void> subscribe(ByteBuffer... channels) {
        return commands.subscribe(channels);
    }

    @Override
    public Mono<Void> pSubscribe(ByteBuffer... patterns) {
        return commands.pSubscribe(patterns);
    }
}
