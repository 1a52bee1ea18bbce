package io.redistributed.spring;

import io.opentelemetry.context.Scope;
import io.redistributed.pubsub.PublishOperation;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
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

    /**
     * Returns a traced connection; another object unchanged.
     *
     * @param type what the caller expects: an interface, or the connection's class, such as
     *     {@code LettuceReactiveRedisConnection}
     */
    @Nullable
    Object trace(@Nullable Object connection, Class<?> type) {
        if (connection instanceof RedisConnection blocking) {
            return proxy(blocking, type, new Blocking(blocking));
        }
        if (connection instanceof ReactiveRedisConnection reactive) {
            return proxy(reactive, type, new Reactive(reactive));
        }
        return connection;
    }

    private static Object proxy(Object connection, Class<?> type, Delegating handler) {
        ClassLoader loader = connection.getClass().getClassLoader();
        if (!type.isInterface()) {
            return subclass(connection, handler).getProxy(loader);
        }
        Class<?>[] interfaces = Arrays.stream(ClassUtils.getAllInterfaces(connection))
                .filter(implemented -> Modifier.isPublic(implemented.getModifiers()))
                .toArray(Class<?>[]::new);
        return Proxy.newProxyInstance(loader, interfaces, handler);
    }

    private static ProxyFactory subclass(Object connection, Delegating handler) {
        ProxyFactory factory = new ProxyFactory(connection);
        factory.setProxyTargetClass(true);
        factory.addAdvice((MethodInterceptor) call ->
                handler.invoke(((ProxyMethodInvocation) call).getProxy(), call.getMethod(), call.getArguments()));
        return factory;
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
            return AopUtils.invokeJoinpointUsingReflection(connection, method, arguments);
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
