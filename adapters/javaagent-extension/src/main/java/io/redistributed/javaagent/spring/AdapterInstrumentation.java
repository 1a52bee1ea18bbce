package io.redistributed.javaagent.spring;

import static io.opentelemetry.javaagent.extension.matcher.AgentElementMatchers.extendsClass;
import static io.opentelemetry.javaagent.extension.matcher.AgentElementMatchers.hasClassesNamed;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/** {@code MessageListenerAdapter}, which logs what its delegate throws. */
public final class AdapterInstrumentation implements TypeInstrumentation {

    private static final String ADAPTER = "org.springframework.data.redis.listener.adapter.MessageListenerAdapter";

    @Override
    public ElementMatcher<ClassLoader> classLoaderOptimization() {
        return hasClassesNamed(ADAPTER);
    }

    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
        return extendsClass(named(ADAPTER));
    }

    @Override
    public void transform(TypeTransformer transformer) {
        transformer.applyAdviceToMethod(
                named("handleListenerException").and(takesArguments(1)),
                getClass().getName() + "$FailAdvice");
    }

    @SuppressWarnings("unused")
    public static final class FailAdvice {

        private FailAdvice() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        public static void enter(@Advice.Argument(0) Throwable failure) {
            SpringHooks.failed(failure);
        }
    }
}
