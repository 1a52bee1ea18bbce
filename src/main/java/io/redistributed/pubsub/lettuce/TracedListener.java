package io.redistributed.pubsub.lettuce;

import io.lettuce.core.pubsub.RedisPubSubListener;

/** Traces the messages of a listener. Equal to another one of the same listener, so that it can be removed. */
record TracedListener<K, V>(MessageProcessor<K, V> processor, RedisPubSubListener<K, V> listener)
        implements RedisPubSubListener<K, V> {

    @Override
    public void message(K channel, V message) {
        processor.process(channel, message, body -> listener.message(channel, body));
    }

    @Override
    public void message(K pattern, K channel, V message) {
        processor.process(channel, message, body -> listener.message(pattern, channel, body));
    }

    @Override
    public void smessage(K shardChannel, V message) {
        processor.process(shardChannel, message, body -> listener.smessage(shardChannel, body));
    }

    @Override
    public void subscribed(K channel, long count) {
        listener.subscribed(channel, count);
    }

    @Override
    public void psubscribed(K pattern, long count) {
        listener.psubscribed(pattern, count);
    }

    @Override
    public void ssubscribed(K shardChannel, long count) {
        listener.ssubscribed(shardChannel, count);
    }

    @Override
    public void unsubscribed(K channel, long count) {
        listener.unsubscribed(channel, count);
    }

    @Override
    public void punsubscribed(K pattern, long count) {
        listener.punsubscribed(pattern, count);
    }

    @Override
    public void sunsubscribed(K shardChannel, long count) {
        listener.sunsubscribed(shardChannel, count);
    }
}
