package io.redistributed.pubsub.lettuce;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.redistributed.pubsub.PublishOperation;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/**
 * Publishes once for each subscriber. The PRODUCER span is a child of the span that is current when it is subscribed
 * to; without one, of that which was current when the program called {@code publish}.
 */
final class TracedMono extends Mono<Long> {

    private final Supplier<Publish> publishes;
    private final Context assembled = Context.current();

    TracedMono(Supplier<Publish> publishes) {
        this.publishes = publishes;
    }

    record Publish(PublishOperation operation, Mono<Long> sent) {}

    @Override
    public void subscribe(CoreSubscriber<? super Long> subscriber) {
        Context current = Context.current();
        Context parent = Span.fromContextOrNull(current) == null ? assembled : current;
        Publish publish;
        try (Scope scope = parent.makeCurrent()) {
            publish = publishes.get();
        } catch (RuntimeException e) {
            Mono.<Long>error(e).subscribe(subscriber);
            return;
        }
        PublishOperation operation = publish.operation();
        Mono<Long> sent = publish.sent()
                .doOnSuccess(receivers -> MessagePublisher.end(operation, receivers, null))
                .doOnError(operation::fail)
                .doOnCancel(() -> operation.fail(new CancellationException("the subscription was cancelled")));
        try (Scope scope = operation.makeCurrent()) {
            sent.subscribe(subscriber);
        }
    }
}
