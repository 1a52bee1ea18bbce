package io.redistributed.pubsub.redisson;

import io.redistributed.pubsub.redisson.KnownListeners.Channel;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.EventListener;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RTopic;
import org.redisson.api.listener.MessageListener;
import org.redisson.api.listener.PatternMessageListener;

/** Decorates a topic of bytes. A proxy has all methods of the version of Redisson in use. */
final class TracedTopic implements InvocationHandler {

    private static final Object[] NONE = {};

    private final Object topic;
    private final Channel channel;
    private final MessageProcessor messages;
    private final KnownListeners listeners;

    TracedTopic(Object topic, Channel channel, MessageProcessor messages, KnownListeners listeners) {
        this.topic = topic;
        this.channel = channel;
        this.messages = messages;
        this.listeners = listeners;
    }

    <T> T proxy(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, this));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        Object[] given = arguments == null ? NONE : arguments;
        return switch (method.getName()) {
            case "equals" -> proxy == given[0];
            case "hashCode" -> System.identityHashCode(proxy);
            case "publish" -> publish((RTopic) topic, given[0], (channel, body) -> channel.publish(body));
            case "publishAsync" -> publish((RTopic) topic, given[0], RTopic::publishAsync);
            case "addListener", "addListenerAsync" ->
                given.length == 2 ? add(method, (Class<?>) given[0], given[1]) : forward(method, given);
            case "removeListener", "removeListenerAsync" ->
                given[0] instanceof EventListener listener ? remove(method, listener) : forward(method, given);
            default -> forward(method, given);
        };
    }

    private interface Sender<T> {
        T send(RTopic topic, byte[] message);
    }

    private <T> T publish(RTopic to, @Nullable Object message, Sender<T> sender) {
        byte[] body = messages.encode(message);
        String channel = to.getChannelNames().get(0);
        return messages.telemetry().publish(channel, body, bytes -> sender.send(to, bytes));
    }

    @SuppressWarnings("unchecked")
    private @Nullable Object add(Method method, @Nullable Class<?> type, @Nullable Object listener) throws Throwable {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(listener, "listener");
        ListenerDecorator traced;
        if (listener instanceof PatternMessageListener<?> pattern) {
            traced = new TracedPatternListener(messages, type, (PatternMessageListener<Object>) pattern);
        } else {
            traced = new TracedListener(messages, type, (MessageListener<Object>) listener);
        }
        return forward(method, Object.class, listeners.register(channel, traced));
    }

    private @Nullable Object remove(Method method, EventListener listener) throws Throwable {
        List<ListenerDecorator> traced = listeners.of(channel, listener);
        if (traced.isEmpty()) {
            return forward(method, listener);
        }
        Object result = null;
        for (ListenerDecorator each : traced) {
            Object removed = forward(method, each);
            // Only the removal of a channel's last listener takes time; that of one removed before is done at once.
            if (!(result instanceof Future<?> unsubscribing) || unsubscribing.isDone()) {
                result = removed;
            }
        }
        return result;
    }

    private @Nullable Object forward(Method method, @Nullable Object... arguments) throws Throwable {
        try {
            return method.invoke(topic, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
