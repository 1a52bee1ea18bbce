package io.redistributed.javaagent.jedis;

import static io.opentelemetry.javaagent.extension.matcher.AgentElementMatchers.extendsClass;
import static io.opentelemetry.javaagent.extension.matcher.AgentElementMatchers.hasClassesNamed;
import static net.bytebuddy.matcher.ElementMatchers.isAbstract;
import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;
import static net.bytebuddy.matcher.ElementMatchers.not;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import io.redistributed.javaagent.AgentTelemetry;
import io.redistributed.javaagent.ListenerCall;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/** The program's listeners: subclasses of {@code JedisPubSub} and its like. */
public final class ListenerInstrumentation implements TypeInstrumentation {

    @Override
    public ElementMatcher<ClassLoader> classLoaderOptimization() {
        return hasClassesNamed("redis.clients.jedis.JedisPubSubBase");
    }

    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
        return extendsClass(
                namedOneOf("redis.clients.jedis.JedisPubSubBase", "redis.clients.jedis.JedisShardedPubSubBase"));
    }

    @Override
    public void transform(TypeTransformer transformer) {
        transformer.applyAdviceToMethod(
                namedOneOf("onMessage", "onPMessage", "onSMessage").and(not(isAbstract())),
                getClass().getName() + "$ListenAdvice");
    }

    @SuppressWarnings("unused")
    public static final class ListenAdvice {

        private ListenAdvice() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        public static ListenerCall enter() {
            try {
                return JedisHooks.listening();
            } catch (Throwable e) {
                AgentTelemetry.failed(e);
                return null;
            }
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        public static void exit(@Advice.Enter ListenerCall call, @Advice.Thrown Throwable thrown) {
            ListenerCall.end(call, thrown);
        }
    }
}
