package io.redistributed.spring;

import java.lang.reflect.Method;
import org.springframework.data.redis.connection.Message;
import org.springframework.data.redis.connection.MessageListener;
import org.springframework.data.redis.listener.adapter.MessageListenerAdapter;
import org.springframework.data.redis.listener.adapter.RedisListenerExecutionFailedException;
import org.springframework.util.ReflectionUtils;

/**
 * Does the work of a {@link MessageListenerAdapter} for one message and records the exception, which the adapter hides.
 * It has the adapter's fields as they are when the message arrives, and calls the adapter's methods that a subclass may
 * override. The adapter itself is not changed.
 */
final class RecordingAdapter extends MessageListenerAdapter {

    private static final Method EXTRACT = method("extractMessage", Message.class);
    private static final Method INVOKE = method("invokeListenerMethod", String.class, Object[].class);
    private static final Method HANDLE = method("handleListenerException", Throwable.class);

    private final MessageListenerAdapter adapter;

    private RecordingAdapter(MessageListenerAdapter adapter) {
        this.adapter = adapter;
        ReflectionUtils.doWithFields(
                MessageListenerAdapter.class,
                field -> {
                    ReflectionUtils.makeAccessible(field);
                    field.set(this, field.get(adapter));
                },
                ReflectionUtils.COPYABLE_FIELDS);
        if (getDelegate() == adapter) {
            // A subclass that handles messages itself.
            setDelegate(this);
        }
    }

    /** Returns the listener to call: one that records for an adapter, unless it handles messages in a way of its own. */
    static MessageListener of(MessageListener listener) {
        return listener instanceof MessageListenerAdapter adapter && !overridesOnMessage(adapter)
                ? new RecordingAdapter(adapter)
                : listener;
    }

    private static boolean overridesOnMessage(MessageListenerAdapter adapter) {
        Method method = ReflectionUtils.findMethod(adapter.getClass(), "onMessage", Message.class, byte[].class);
        return method == null || method.getDeclaringClass() != MessageListenerAdapter.class;
    }

    @Override
    protected void handleListenerException(Throwable thrown) {
        boolean isWrapped = thrown instanceof RedisListenerExecutionFailedException && thrown.getCause() != null;
        Delivery.failed(isWrapped ? thrown.getCause() : thrown);
        call(HANDLE, thrown);
    }

    @Override
    protected Object extractMessage(Message message) {
        return call(EXTRACT, message);
    }

    @Override
    protected void invokeListenerMethod(String methodName, Object[] arguments) {
        call(INVOKE, methodName, arguments);
    }

    private Object call(Method method, Object... arguments) {
        return ReflectionUtils.invokeMethod(method, adapter, arguments);
    }

    private static Method method(String name, Class<?>... parameters) {
        return Protected.method(MessageListenerAdapter.class, name, parameters);
    }
}
