package io.redistributed.spring;

import io.opentelemetry.context.Scope;
import io.redistributed.pubsub.PublishOperation;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.MessageListener;
import org.springframework.data.redis.connection.ReactivePubSubCommands;
import org.springframework.data.redis.connection.ReactiveRedisConnection;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.util.ClassUtils;

/** Makes connections that trace {@code publish}, {@code subscribe} and {@code pSubscribe} and pass on all else. */
final class ConnectionTracer {

    private final Supplier<MessageTracing> tracing;

    /** @param tracing called when a connection publishes or subscribes */
    ConnectionTracer(Supplier<MessageTracing> tracing) {
        this.tracing = tracing;
    }

    /** Returns a traced connection; another object unchanged. */
    @Nullable
    Object trace(@Nullable Object connection) {
        if (connection instanceof RedisConnection blocking) {
            return proxy(blocking, new Blocking(blocking));
        }
        if (connection instanceof ReactiveRedisConnection reactive) {
            return proxy(reactive, new Reactive(reactive));
        }
        return connection;
    }

    private static Object proxy(Object connection, InvocationHandler handler) {
        if (Proxy.isProxyClass(connection.getClass()) && Proxy.getInvocationHandler(connection) instanceof Delegating) {
            return connection;
        }
        Class<?>[] interfaces = Arrays.stream(ClassUtils.getAllInterfaces(connection))
                .filter(type -> Modifier.isPublic(type.getModifiers()))
                .toArray(Class<?>[]::new);
        return Proxy.newProxyInstance(connection.getClass().getClassLoader(), interfaces, handler);
    }

    /** Passes calls to a connection. */
    private abstract static class Delegating implements InvocationHandler {

        private final Object connection;

        Delegating(Object connection) {
            this.connection = connection;
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
            if (method.getName().equals("equals") && arguments != null && arguments.length == 1) {
                return proxy == arguments[0];
            }
            Object result = call(method, arguments == null ? new Object[0] : arguments);
            // Such as commands(), which Spring's connections implement themselves.
            return result == connection ? proxy : result;
        }

        @Nullable
        Object call(Method method, Object[] arguments) throws Throwable {
            try {
                return method.invoke(connection, arguments);
            } catch (InvocationTargetException e) {
                throw e.getTargetException();
            }
        }
    }

    private final class Blocking extends Delegating {

        private final RedisConnection connection;

        Blocking(RedisConnection connection) {
            super(connection);
            this.connection = connection;
        }

        @Override
        @Nullable
        Object call(Method method, Object[] arguments) throws Throwable {
            return switch (method.getName()) {
                case "publish" ->
                    arguments.length == 2
                                    && arguments[0] instanceof byte[] channel
                                    && arguments[1] instanceof byte[] body
                            ? publish(channel, body)
                            : super.call(method, arguments);
                case "subscribe", "pSubscribe" -> {
                    if (arguments.length == 2 && arguments[0] instanceof MessageListener listener) {
                        arguments[0] = TracedListener.of(listener, tracing.get());
                    }
                    yield super.call(method, arguments);
                }
                default -> super.call(method, arguments);
            };
        }

        private @Nullable Long publish(byte[] channel, byte[] body) {
            MessageTracing messages = tracing.get();
            PublishOperation operation = messages.publish(MessageTracing.name(channel), ByteBuffer.wrap(body));
            Long receivers;
            try (Scope scope = messages.enter(operation)) {
                receivers = connection.publish(channel, operation.message());
            } catch (Throwable e) {
                operation.fail(e);
                throw e;
            }
            if (receivers == null) {
                // In a pipeline or transaction.
                operation.end();
            } else {
                operation.end(receivers);
            }
            return receivers;
        }
    }

    private final class Reactive extends Delegating {

        Reactive(ReactiveRedisConnection connection) {
            super(connection);
        }

        @Override
        @Nullable
        Object call(Method method, Object[] arguments) throws Throwable {
            Object result = super.call(method, arguments);
            return result instanceof ReactivePubSubCommands commands
                            && method.getName().equals("pubSubCommands")
                    ? new TracedReactiveCommands(commands, tracing.get())
                    : result;
        }
    }
}
