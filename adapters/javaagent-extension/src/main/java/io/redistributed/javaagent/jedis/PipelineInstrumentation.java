package io.redistributed.javaagent.jedis;

import static io.opentelemetry.javaagent.extension.matcher.AgentElementMatchers.extendsClass;
import static io.opentelemetry.javaagent.extension.matcher.AgentElementMatchers.hasClassesNamed;
import static net.bytebuddy.matcher.ElementMatchers.isAbstract;
import static net.bytebuddy.matcher.ElementMatchers.isPublic;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;
import static net.bytebuddy.matcher.ElementMatchers.not;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import io.redistributed.javaagent.AgentTelemetry;
import io.redistributed.javaagent.PublishFrame;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;
import redis.clients.jedis.PipeliningBase;
import redis.clients.jedis.Response;

/** {@code publish} in a pipeline or transaction, whose answers come together. */
public final class PipelineInstrumentation implements TypeInstrumentation {

    @Override
    public ElementMatcher<ClassLoader> classLoaderOptimization() {
        return hasClassesNamed("redis.clients.jedis.PipeliningBase");
    }

    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
        return extendsClass(named("redis.clients.jedis.PipeliningBase"));
    }

    @Override
    public void transform(TypeTransformer transformer) {
        transformer.applyAdviceToMethod(
                namedOneOf("publish", "spublish").and(takesArguments(2)).and(not(isAbstract())),
                getClass().getName() + "$PublishAdvice");
        transformer.applyAdviceToMethod(
                namedOneOf("sync", "syncAndReturnAll", "exec", "discard", "clear", "close")
                        .and(isPublic())
                        .and(takesArguments(0))
                        .and(not(isAbstract())),
                getClass().getName() + "$ThroughAdvice");
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
                @Advice.This PipeliningBase pipeline,
                @Advice.Enter PublishFrame frame,
                @Advice.Return Response<Long> response,
                @Advice.Thrown Throwable thrown) {
            JedisHooks.queued(pipeline, PublishFrame.close(frame, thrown), response);
        }
    }

    @SuppressWarnings("unused")
    public static final class ThroughAdvice {

        private ThroughAdvice() {}

        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        public static void exit(@Advice.This PipeliningBase pipeline, @Advice.Thrown Throwable thrown) {
            JedisHooks.through(pipeline, thrown);
        }
    }
}
