package io.redistributed.javaagent.spring;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import io.redistributed.javaagent.ListenerCall;
import io.redistributed.javaagent.ListenerSpan;
import java.util.Collection;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;
import org.springframework.data.redis.connection.Message;

/** {@code RedisMessageListenerContainer}: a message goes to an executor, once for each of its listeners. */
public final class ContainerInstrumentation implements TypeInstrumentation {

    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
        return named("org.springframework.data.redis.listener.RedisMessageListenerContainer");
    }

    @Override
    public void transform(TypeTransformer transformer) {
        transformer.applyAdviceToMethod(
                named("dispatchMessage").and(takesArguments(3)).and(takesArgument(0, Collection.class)),
                getClass().getName() + "$DispatchAdvice");
        transformer.applyAdviceToMethod(
                named("processMessage").and(takesArguments(3)), getClass().getName() + "$ProcessAdvice");
        transformer.applyAdviceToMethod(
                named("handleListenerException").and(takesArguments(1)),
                getClass().getName() + "$FailAdvice");
    }

    @SuppressWarnings("unused")
    public static final class DispatchAdvice {

        private DispatchAdvice() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        public static ListenerSpan enter(
                @Advice.Argument(0) Collection<?> listeners, @Advice.Argument(1) Message message) {
            return SpringHooks.dispatching(listeners.size(), message);
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        public static void exit(@Advice.Enter ListenerSpan span, @Advice.Thrown Throwable thrown) {
            SpringHooks.dispatched(span, thrown);
        }
    }

    @SuppressWarnings("unused")
    public static final class ProcessAdvice {

        private ProcessAdvice() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        public static ListenerCall enter(@Advice.Argument(1) Message message) {
            return SpringHooks.listening(message);
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        public static void exit(@Advice.Enter ListenerCall call, @Advice.Thrown Throwable thrown) {
            ListenerCall.end(call, thrown);
        }
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
