package io.redistributed.javaagent.lettuce;

import static net.bytebuddy.matcher.ElementMatchers.isMethod;
import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import io.redistributed.javaagent.PublishFrame;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/** {@code publish} of the async commands, which the sync ones call: the span is current while the command is sent. */
public final class AsyncCommandsInstrumentation implements TypeInstrumentation {

    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
        return namedOneOf(
                "io.lettuce.core.AbstractRedisAsyncCommands", "io.lettuce.core.pubsub.RedisPubSubAsyncCommandsImpl");
    }

    @Override
    public void transform(TypeTransformer transformer) {
        transformer.applyAdviceToMethod(
                isMethod().and(namedOneOf("publish", "spublish")).and(takesArguments(2)),
                getClass().getName() + "$PublishAdvice");
    }

    @SuppressWarnings("unused")
    public static final class PublishAdvice {

        private PublishAdvice() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        public static PublishFrame enter() {
            return PublishFrame.open(null);
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        public static void exit(@Advice.Enter PublishFrame frame, @Advice.Thrown Throwable thrown) {
            PublishFrame.close(frame, thrown);
        }
    }
}
