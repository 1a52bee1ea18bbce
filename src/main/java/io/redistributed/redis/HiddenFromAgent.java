package io.redistributed.redis;

import io.opentelemetry.api.impl.InstrumentationUtil;
import io.vertx.redis.client.RedisConnection;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Prevents the OpenTelemetry Java agent from tracing the library's commands. {@link CommandTelemetry} traces them, and
 * background commands such as heartbeats would start traces of one span.
 */
final class HiddenFromAgent {

    private static final boolean THERE_IS_AN_AGENT =
            ClassLoader.getSystemResource("io/opentelemetry/javaagent/OpenTelemetryAgent.class") != null;

    private HiddenFromAgent() {}

    /** Returns the connection wrapped, or as it is if there is no agent. */
    static RedisConnection connection(RedisConnection traced) {
        return THERE_IS_AN_AGENT ? hide(traced) : traced;
    }

    private static RedisConnection hide(RedisConnection traced) {
        return (RedisConnection) Proxy.newProxyInstance(
                HiddenFromAgent.class.getClassLoader(),
                new Class<?>[] {RedisConnection.class},
                (hidden, method, arguments) -> {
                    Object result =
                            method.getName().equals("send") || method.getName().equals("batch")
                                    ? suppressed(traced, method, arguments)
                                    : call(traced, method, arguments);
                    return result == traced ? hidden : result;
                });
    }

    private static Object suppressed(RedisConnection traced, Method method, Object[] arguments) throws Throwable {
        Object[] result = new Object[1];
        Throwable[] failure = new Throwable[1];
        InstrumentationUtil.suppressInstrumentation(() -> {
            try {
                result[0] = call(traced, method, arguments);
            } catch (Throwable e) {
                failure[0] = e;
            }
        });
        if (failure[0] != null) {
            throw failure[0];
        }
        return result[0];
    }

    private static Object call(RedisConnection traced, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(traced, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
