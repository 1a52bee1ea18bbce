package io.redistributed.spring;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.DirectFieldAccessor;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.data.redis.connection.Message;
import org.springframework.data.redis.connection.MessageListener;
import org.springframework.data.redis.connection.util.ByteArrayWrapper;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import org.springframework.data.redis.listener.adapter.MessageListenerAdapter;
import org.springframework.util.ErrorHandler;
import org.springframework.util.ReflectionUtils;

/**
 * A {@link RedisMessageListenerContainer}, which calls listeners on an executor and handles their exceptions. It has no
 * getters for either, nor for its listeners, so they are read from its fields. If those change, the span ends when the
 * message was passed to the executor.
 */
final class ListenerContainer {

    private static final Log log = LogFactory.getLog(ListenerContainer.class);
    private static final String PACKAGE = RedisMessageListenerContainer.class.getPackageName();
    /** From the listener of a connection: SynchronizingMessageListener, DispatchMessageListener, container. */
    private static final int MAX_DEPTH = 3;

    private final Map<ByteArrayWrapper, Collection<MessageListener>> channels;
    private final Map<ByteArrayWrapper, Collection<MessageListener>> patterns;

    @SuppressWarnings("unchecked")
    private ListenerContainer(DirectFieldAccessor fields) {
        channels = (Map<ByteArrayWrapper, Collection<MessageListener>>) fields.getPropertyValue("channelMapping");
        patterns = (Map<ByteArrayWrapper, Collection<MessageListener>>) fields.getPropertyValue("patternMapping");
    }

    /** Returns the container that subscribes with a listener, prepared to run its listeners under the span; or null. */
    static @Nullable ListenerContainer behind(MessageListener listener) {
        try {
            RedisMessageListenerContainer container = find(listener, MAX_DEPTH);
            return container == null ? null : instrument(container);
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

    private static ListenerContainer instrument(RedisMessageListenerContainer container) {
        DirectFieldAccessor fields = new DirectFieldAccessor(container);
        synchronized (container) {
            if (fields.getPropertyValue("taskExecutor") instanceof Executor executor
                    && !(executor instanceof DeliveringExecutor)) {
                container.setTaskExecutor(new DeliveringExecutor(executor));
            }
            Object handler = fields.getPropertyValue("errorHandler");
            if (!(handler instanceof RecordingErrorHandler)) {
                container.setErrorHandler(
                        new RecordingErrorHandler((ErrorHandler) handler, LogFactory.getLog(container.getClass())));
            }
        }
        return new ListenerContainer(fields);
    }

    /** Prepares the adapters that will get a message: they hide what their delegate throws. */
    void prepare(Message message, byte @Nullable [] pattern) {
        boolean isPattern = pattern != null && pattern.length > 0;
        Collection<MessageListener> listeners = isPattern
                ? patterns.getOrDefault(new ByteArrayWrapper(pattern), List.of())
                : channels.getOrDefault(new ByteArrayWrapper(message.getChannel()), List.of());
        for (MessageListener listener : listeners) {
            if (listener instanceof MessageListenerAdapter adapter) {
                RecordingAdapter.install(adapter);
            }
        }
    }

    /** Runs the listeners as part of the delivery of their message. */
    private record DeliveringExecutor(Executor executor) implements Executor, DisposableBean {

        @Override
        public void execute(Runnable task) {
            Delivery.passOn(task, executor);
        }

        /** Called by a container that made the executor itself. */
        @Override
        public void destroy() throws Exception {
            if (executor instanceof DisposableBean disposable) {
                disposable.destroy();
            }
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
