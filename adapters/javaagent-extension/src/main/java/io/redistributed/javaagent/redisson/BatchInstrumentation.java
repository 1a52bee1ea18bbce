package io.redistributed.javaagent.redisson;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.returns;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;
import org.redisson.api.RFuture;
import org.redisson.command.CommandBatchService;

/** The commands of a batch, and its end. */
public final class BatchInstrumentation implements TypeInstrumentation {

    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
        return named("org.redisson.command.CommandBatchService");
    }

    @Override
    public void transform(TypeTransformer transformer) {
        transformer.applyAdviceToMethod(
                named("async").and(returns(named("org.redisson.api.RFuture"))),
                getClass().getName() + "$CommandAdvice");
        transformer.applyAdviceToMethod(
                named("executeAsync").and(takesArguments(0)), getClass().getName() + "$ExecuteAdvice");
        transformer.applyAdviceToMethod(
                named("discardAsync").and(takesArguments(0)), getClass().getName() + "$DiscardAdvice");
    }

    @SuppressWarnings("unused")
    public static final class CommandAdvice {

        private CommandAdvice() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        public static void enter(@Advice.This CommandBatchService batch) {
            RedissonHooks.batched(batch);
        }
    }

    @SuppressWarnings("unused")
    public static final class ExecuteAdvice {

        private ExecuteAdvice() {}

        @Advice.OnMethodExit(suppress = Throwable.class)
        public static void exit(@Advice.This CommandBatchService batch, @Advice.Return RFuture<?> answer) {
            RedissonHooks.executed(batch, answer);
        }
    }

    @SuppressWarnings("unused")
    public static final class DiscardAdvice {

        private DiscardAdvice() {}

        @Advice.OnMethodExit(suppress = Throwable.class)
        public static void exit(@Advice.This CommandBatchService batch) {
            RedissonHooks.discarded(batch);
        }
    }
}
