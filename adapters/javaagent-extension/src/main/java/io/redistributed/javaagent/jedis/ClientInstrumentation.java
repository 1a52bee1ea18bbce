package io.redistributed.javaagent.jedis;

import static io.opentelemetry.javaagent.extension.matcher.AgentElementMatchers.extendsClass;
import static io.opentelemetry.javaagent.extension.matcher.AgentElementMatchers.hasClassesNamed;
import static net.bytebuddy.matcher.ElementMatchers.isMethod;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;
import static net.bytebuddy.matcher.ElementMatchers.returns;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import io.redistributed.javaagent.AgentTelemetry;
import io.redistributed.javaagent.PublishFrame;
import io.redistributed.pubsub.PublishOperation;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/** {@code publish} that waits for the answer. */
public final class ClientInstrumentation implements TypeInstrumentation {

    @Override
    public ElementMatcher<ClassLoader> classLoaderOptimization() {
        return hasClassesNamed("redis.clients.jedis.UnifiedJedis");
    }

    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
        return named("redis.clients.jedis.Jedis").or(extendsClass(named("redis.clients.jedis.UnifiedJedis")));
    }

    @Override
    public void transform(TypeTransformer transformer) {
        transformer.applyAdviceToMethod(
                isMethod()
                        .and(namedOneOf("publish", "spublish"))
                        .and(takesArguments(2))
                        .and(returns(long.class)),
                getClass().getName() + "$PublishAdvice");
    }

    @SuppressWarnings("unused")
    public static final class PublishAdvice {

        private PublishAdvice() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        public static PublishFrame enter(@Advice.Argument(0) Object channel, @Advice.Argument(1) Object message) {
            try {
                return JedisHooks.publishing(channel, message);
            } catch (Throwable e) {
                AgentTelemetry.failed(e);
                return null;
            }
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        public static void exit(
                @Advice.Enter PublishFrame frame, @Advice.Return long receivers, @Advice.Thrown Throwable thrown) {
            PublishOperation operation = PublishFrame.close(frame, thrown);
            if (operation != null) {
                operation.end(receivers);
            }
        }
    }
}
