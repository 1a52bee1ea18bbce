package io.redistributed.spring;

import java.lang.reflect.Method;
import org.springframework.util.ReflectionUtils;

/** Protected methods of Spring Data Redis, which its classes have for their subclasses. */
final class Protected {

    private Protected() {}

    /** Returns a method that can be called. Throws {@link IllegalStateException} if there is none. */
    static Method method(Class<?> type, String name, Class<?>... parameters) {
        Method method = ReflectionUtils.findMethod(type, name, parameters);
        if (method == null) {
            throw new IllegalStateException(type.getName() + " has no method " + name);
        }
        ReflectionUtils.makeAccessible(method);
        return method;
    }
}
