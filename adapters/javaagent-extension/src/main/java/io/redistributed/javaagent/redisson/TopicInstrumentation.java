package io.redistributed.javaagent.redisson;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import io.redistributed.javaagent.PublishFrame;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;
import org.redisson.api.RFuture;
import org.redisson.api.RTopic;

/** {@code publish} of a topic; the blocking and the reactive ones call the async one. */
public final class TopicInstrumentation implements TypeInstrumentation {

    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
        return namedOneOf("org.redisson.RedissonTopic", "org.redisson.RedissonShardedTopic");
    }

    @Override
    public void transform(TypeTransformer transformer) {
        transformer.applyAdviceToMethod(
                named("publishAsync").and(takesArguments(1)), getClass().getName() + "$PublishAdvice");
    }

    @SuppressWarnings("unused")
    public static final class PublishAdvice {

        private PublishAdvice() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        public static PublishFrame enter(@Advice.This RTopic topic) {
            return RedissonHooks.publishing(topic);
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        public static void exit(
                @Advice.Enter PublishFrame frame,
                @Advice.Return RFuture<Long> answer,
                @Advice.Thrown Throwable thrown) {
            RedissonHooks.published(PublishFrame.close(frame, thrown), answer);
        }
    }
}
