package io.redistributed.javaagent.lettuce;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.lettuce.core.protocol.Command;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/** The end of a command, whatever wraps it: a future, a batch, a transaction, a redirection in a cluster. */
public final class CommandInstrumentation implements TypeInstrumentation {

    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
        return named("io.lettuce.core.protocol.Command");
    }

    @Override
    public void transform(TypeTransformer transformer) {
        transformer.applyAdviceToMethod(
                named("complete").and(takesArguments(0)), getClass().getName() + "$CompleteAdvice");
        transformer.applyAdviceToMethod(
                named("completeExceptionally").and(takesArguments(1)),
                getClass().getName() + "$FailAdvice");
        transformer.applyAdviceToMethod(
                named("cancel").and(takesArguments(0)), getClass().getName() + "$CancelAdvice");
    }

    @SuppressWarnings({"unused", "rawtypes"})
    public static final class CompleteAdvice {

        private CompleteAdvice() {}

        @Advice.OnMethodExit(suppress = Throwable.class)
        public static void exit(@Advice.This Command command) {
            LettuceHooks.completed(command);
        }
    }

    @SuppressWarnings({"unused", "rawtypes"})
    public static final class FailAdvice {

        private FailAdvice() {}

        @Advice.OnMethodExit(suppress = Throwable.class)
        public static void exit(@Advice.This Command command, @Advice.Argument(0) Throwable cause) {
            LettuceHooks.failed(command, cause);
        }
    }

    @SuppressWarnings({"unused", "rawtypes"})
    public static final class CancelAdvice {

        private CancelAdvice() {}

        @Advice.OnMethodExit(suppress = Throwable.class)
        public static void exit(@Advice.This Command command) {
            LettuceHooks.failed(command, null);
        }
    }
}
