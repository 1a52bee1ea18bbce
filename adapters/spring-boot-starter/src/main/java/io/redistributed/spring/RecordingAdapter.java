package io.redistributed.spring;

import java.lang.reflect.Method;
import org.springframework.data.redis.connection.Message;
import org.springframework.data.redis.listener.adapter.MessageListenerAdapter;
import org.springframework.data.redis.listener.adapter.RedisListenerExecutionFailedException;
import org.springframework.util.ReflectionUtils;

/**
 * Does the work of a {@link MessageListenerAdapter} and lets exceptions out, which the adapter hides. It stands in the
 * adapter as its delegate: an adapter passes messages to a delegate that is a listener, and handles what that throws.
 */
final class RecordingAdapter extends MessageListenerAdapter {

    private static final Method EXTRACT = method("extractMessage", Message.class);
    private static final Method INVOKE = method("invokeListenerMethod", String.class, Object[].class);

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

    /** Lets an adapter record exceptions, if it does not yet. */
    static void install(MessageListenerAdapter adapter) {
        if (adapter.getDelegate() instanceof RecordingAdapter) {
            return;
        }
        synchronized (adapter) {
            if (!(adapter.getDelegate() instanceof RecordingAdapter)) {
                adapter.setDelegate(new RecordingAdapter(adapter));
            }
        }
    }

    @Override
    protected void handleListenerException(Throwable thrown) {
        boolean isWrapped = thrown instanceof RedisListenerExecutionFailedException && thrown.getCause() != null;
        Delivery.failed(isWrapped ? thrown.getCause() : thrown);
        ReflectionUtils.rethrowRuntimeException(thrown);
    }

    @Override
    protected Object extractMessage(Message message) {
        return call(EXTRACT, message);
    }

    @Override
    protected void invokeListenerMethod(String methodName, Object[] arguments) {
        call(INVOKE, methodName, arguments);
    }

    /** Calls a protected method of the adapter, which a subclass may override. */
    private Object call(Method method, Object... arguments) {
        return ReflectionUtils.invokeMethod(method, adapter, arguments);
    }

    private static Method method(String name, Class<?>... parameters) {
        Method method = ReflectionUtils.findMethod(MessageListenerAdapter.class, name, parameters);
        if (method == null) {
            throw new IllegalStateException("MessageListenerAdapter has no method " + name);
        }
        ReflectionUtils.makeAccessible(method);
        return method;
    }
}
