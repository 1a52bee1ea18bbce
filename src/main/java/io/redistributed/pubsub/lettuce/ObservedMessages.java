package io.redistributed.pubsub.lettuce;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.pubsub.api.reactive.ChannelMessage;
import io.lettuce.core.pubsub.api.reactive.PatternMessage;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.FluxSink.OverflowStrategy;

/** Makes streams of messages like those of Lettuce, each message emitted under its CONSUMER span. */
record ObservedMessages<K, V>(StatefulRedisPubSubConnection<K, V> connection, MessageProcessor<K, V> processor) {

    Flux<ChannelMessage<K, V>> channels(OverflowStrategy overflow) {
        return Flux.create(
                sink -> listen(sink, new RedisPubSubAdapter<>() {
                    @Override
                    public void message(K channel, V message) {
                        processor.process(channel, message, body -> sink.next(new ChannelMessage<>(channel, body)));
                    }
                }),
                overflow);
    }

    Flux<PatternMessage<K, V>> patterns(OverflowStrategy overflow) {
        return Flux.create(
                sink -> listen(sink, new RedisPubSubAdapter<>() {
                    @Override
                    public void message(K pattern, K channel, V message) {
                        processor.process(
                                channel, message, body -> sink.next(new PatternMessage<>(pattern, channel, body)));
                    }
                }),
                overflow);
    }

    private void listen(FluxSink<?> sink, RedisPubSubListener<K, V> listener) {
        connection.addListener(listener);
        sink.onDispose(() -> connection.removeListener(listener));
    }
}
