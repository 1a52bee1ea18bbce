package io.redistributed.pubsub.lettuce;

import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.cluster.pubsub.RedisClusterPubSubListener;

/** Traces the messages of a listener. Equal to another one of the same listener, so that it can be removed. */
record TracedClusterListener<K, V>(MessageProcessor<K, V> processor, RedisClusterPubSubListener<K, V> listener)
        implements RedisClusterPubSubListener<K, V> {

    @Override
    public void message(RedisClusterNode node, K channel, V message) {
        processor.process(channel, message, body -> listener.message(node, channel, body));
    }

    @Override
    public void message(RedisClusterNode node, K pattern, K channel, V message) {
        processor.process(channel, message, body -> listener.message(node, pattern, channel, body));
    }

    @Override
    public void smessage(RedisClusterNode node, K shardChannel, V message) {
        processor.process(shardChannel, message, body -> listener.smessage(node, shardChannel, body));
    }

    @Override
    public void subscribed(RedisClusterNode node, K channel, long count) {
        listener.subscribed(node, channel, count);
    }

    @Override
    public void psubscribed(RedisClusterNode node, K pattern, long count) {
        listener.psubscribed(node, pattern, count);
    }

    @Override
    public void ssubscribed(RedisClusterNode node, K shardChannel, long count) {
        listener.ssubscribed(node, shardChannel, count);
    }

    @Override
    public void unsubscribed(RedisClusterNode node, K channel, long count) {
        listener.unsubscribed(node, channel, count);
    }

    @Override
    public void punsubscribed(RedisClusterNode node, K pattern, long count) {
        listener.punsubscribed(node, pattern, count);
    }

    @Override
    public void sunsubscribed(RedisClusterNode node, K shardChannel, long count) {
        listener.sunsubscribed(node, shardChannel, count);
    }
}
