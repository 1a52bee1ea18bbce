package io.redistributed.spring;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.DirectFieldAccessor;
import org.springframework.data.redis.connection.Message;
import org.springframework.data.redis.connection.MessageListener;
import org.springframework.data.redis.connection.util.ByteArrayWrapper;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import org.springframework.util.ErrorHandler;
import org.springframework.util.ReflectionUtils;

/**
 * A {@link RedisMessageListenerContainer}, which calls listeners on an executor and handles their exceptions. It has no
 * getters for either, nor for its listeners, so they are read from its fields. If those change, the span ends when the
 * message was passed to the executor. The listeners that a program added stay in the container as they are.
 */
final class ListenerContainer {

    private static final Log log = LogFactory.getLog(ListenerContainer.class);
    private static final String PACKAGE = RedisMessageListenerContainer.class.getPackageName();
    /** From the listener of a connection: SynchronizingMessageListener, DispatchMessageListener, container. */
    private static final int MAX_DEPTH = 3;

    private final RedisMessageListenerContainer container;
    private final DirectFieldAccessor fields;
    private final Method process;
    private final Map<ByteArrayWrapper, Collection<MessageListener>> channels;
    private final Map<ByteArrayWrapper, Collection<MessageListener>> patterns;

    @SuppressWarnings("unchecked")
    private ListenerContainer(RedisMessageListenerContainer container) {
        this.container = container;
        fields = new DirectFieldAccessor(container);
        process = Protected.method(
                RedisMessageListenerContainer.class,
                "processMessage",
                MessageListener.class,
                Message.class,
                byte[].class);
        channels = (Map<ByteArrayWrapper, Collection<MessageListener>>) fields.getPropertyValue("channelMapping");
        patterns = (Map<ByteArrayWrapper, Collection<MessageListener>>) fields.getPropertyValue("patternMapping");
        executor();
        recordErrors();
    }

    /** Returns the container that subscribes with a listener, prepared to run its listeners under the span; or null. */
    static @Nullable ListenerContainer behind(MessageListener listener) {
        try {
            RedisMessageListenerContainer container = find(listener, MAX_DEPTH);
            return container == null ? null : new ListenerContainer(container);
        } catch (RuntimeException e) {
            log.warn("Listeners of " + listener.getClass().getName() + " run outside of their CONSUMER span", e);
            return null;
        }
    }

    private static @Nullable RedisMessageListenerContainer find(@Nullable Object listener, int depth) {
        if (listener instanceof RedisMessageListenerContainer container) {
            return container;
        }
        if (listener == null
                || depth == 0
                || !listener.getClass().getPackageName().equals(PACKAGE)) {
            return null;
        }
        for (Field field : listener.getClass().getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers()) && leadsOn(field.getType())) {
                ReflectionUtils.makeAccessible(field);
                RedisMessageListenerContainer found = find(ReflectionUtils.getField(field, listener), depth - 1);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private static boolean leadsOn(Class<?> type) {
        return MessageListener.class.isAssignableFrom(type)
                || RedisMessageListenerContainer.class.isAssignableFrom(type)
                || type.getName().startsWith(RedisMessageListenerContainer.class.getName() + '$');
    }

    private void recordErrors() {
        synchronized (container) {
            Object handler = fields.getPropertyValue("errorHandler");
            if (!(handler instanceof RecordingErrorHandler)) {
                container.setErrorHandler(
                        new RecordingErrorHandler((ErrorHandler) handler, LogFactory.getLog(container.getClass())));
            }
        }
    }

    private Executor executor() {
        return (Executor) Objects.requireNonNull(fields.getPropertyValue("taskExecutor"), "taskExecutor");
    }

    /** Calls the listeners of a message on the executor, as the container does when a connection calls it. */
    void dispatch(Delivery delivery, Message message, byte @Nullable [] pattern) {
        boolean isPattern = pattern != null && pattern.length > 0;
        byte[] source = isPattern ? pattern.clone() : message.getChannel();
        Collection<MessageListener> listeners =
                (isPattern ? patterns : channels).getOrDefault(new ByteArrayWrapper(source), List.of());
        Executor executor = executor();
        for (MessageListener listener : listeners) {
            MessageListener called = RecordingAdapter.of(listener);
            delivery.passOn(() -> ReflectionUtils.invokeMethod(process, container, called, message, source), executor);
        }
    }

    private record RecordingErrorHandler(@Nullable ErrorHandler handler, Log log) implements ErrorHandler {

        @Override
        public void handleError(Throwable thrown) {
            Delivery.failed(thrown);
            if (handler != null) {
                handler.handleError(thrown);
            } else {
                // As the container does without a handler.
                log.warn("Execution of message listener failed, and no ErrorHandler has been set", thrown);
            }
        }
    }
}
