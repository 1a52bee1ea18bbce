package io.redistributed.spring;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.springframework.aop.framework.AbstractAdvisingBeanPostProcessor;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.data.redis.connection.ReactiveRedisConnection;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * Lets connection factories make traced connections. The factory that a program gets is a subclass of its own, as Spring
 * Data and programs ask whether it is a {@code LettuceConnectionFactory}.
 */
final class ConnectionFactoryPostProcessor extends AbstractAdvisingBeanPostProcessor {

    private static final long serialVersionUID = 1;

    ConnectionFactoryPostProcessor(Supplier<MessageTracing> tracing) {
        ConnectionTracer connections = new ConnectionTracer(tracing);
        MethodInterceptor advice =
                call -> connections.trace(call.proceed(), call.getMethod().getReturnType());
        this.advisor = new DefaultPointcutAdvisor(new Connections(), advice);
        setProxyTargetClass(true);
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        // The object behind a scoped proxy is a bean too.
        return bean instanceof ScopedObject ? bean : super.postProcessAfterInitialization(bean, beanName);
    }

    @Override
    protected ProxyFactory prepareProxyFactory(Object bean, String beanName) {
        ProxyFactory factory = super.prepareProxyFactory(bean, beanName);
        // A final class has no subclass: its interfaces must do.
        factory.setProxyTargetClass(!Modifier.isFinal(bean.getClass().getModifiers()));
        return factory;
    }

    /** The methods of factories that return a connection. */
    private static final class Connections extends StaticMethodMatcherPointcut {

        Connections() {
            setClassFilter(type -> RedisConnectionFactory.class.isAssignableFrom(type)
                    || ReactiveRedisConnectionFactory.class.isAssignableFrom(type));
        }

        @Override
        public boolean matches(Method method, Class<?> type) {
            return method.getParameterCount() == 0
                    && (RedisConnection.class.isAssignableFrom(method.getReturnType())
                            || ReactiveRedisConnection.class.isAssignableFrom(method.getReturnType()));
        }
    }
}
