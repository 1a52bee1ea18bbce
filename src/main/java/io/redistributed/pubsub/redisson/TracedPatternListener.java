package io.redistributed.pubsub.redisson;

import org.redisson.api.listener.PatternMessageListener;

/** Decodes and traces the messages of a listener. */
record TracedPatternListener(MessageProcessor messages, Class<?> type, PatternMessageListener<Object> listener)
        implements PatternMessageListener<Object>, ListenerDecorator {

    @Override
    public void onMessage(CharSequence pattern, CharSequence channel, Object message) {
        messages.process(channel.toString(), message, type, body -> listener.onMessage(pattern, channel, body));
    }
}
