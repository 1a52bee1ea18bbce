package io.redistributed.pubsub.lettuce;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decorates an object of Lettuce. Its interfaces have hundreds of methods, which differ between versions; the proxy has
 * those of the version in use.
 */
abstract class Decorator implements InvocationHandler {

    private static final Object[] NONE = {};

    private final Object target;

    Decorator(Object target) {
        this.target = target;
    }

    /** Returns an object with all public interfaces of {@code decorated}, to use in its place. */
    @SuppressWarnings("unchecked")
    final <T> T proxy(T decorated) {
        Class<?> type = decorated.getClass();
        Set<Class<?>> interfaces = new LinkedHashSet<>();
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            interfaces.addAll(List.of(each.getInterfaces()));
        }
        interfaces.removeIf(each -> !Modifier.isPublic(each.getModifiers()));
        return (T) Proxy.newProxyInstance(type.getClassLoader(), interfaces.toArray(Class<?>[]::new), this);
    }

    @Override
    public final @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        Object[] given = arguments == null ? NONE : arguments;
        if (method.getDeclaringClass() == Object.class) {
            return switch (method.getName()) {
                case "equals" -> proxy == given[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "traced " + target;
            };
        }
        return call(proxy, method, given);
    }

    /** Does what the decorator does instead of, or around, a method of the target. */
    abstract @Nullable Object call(Object proxy, Method method, @Nullable Object[] arguments) throws Throwable;

    /** Calls the method of the target. */
    final @Nullable Object forward(Method method, @Nullable Object... arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
