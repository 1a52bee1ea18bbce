package io.redistributed.pubsub.redisson;

import org.redisson.api.listener.MessageListener;

/** Decodes and traces the messages of a listener. */
record TracedListener(MessageProcessor messages, Class<?> type, MessageListener<Object> listener)
        implements MessageListener<Object>, ListenerDecorator {

    @Override
    public void onMessage(CharSequence channel, Object message) {
        messages.process(channel.toString(), message, type, body -> listener.onMessage(channel, body));
    }
}
