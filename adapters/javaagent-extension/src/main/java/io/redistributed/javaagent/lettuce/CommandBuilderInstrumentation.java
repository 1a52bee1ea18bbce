package io.redistributed.javaagent.lettuce;

import static net.bytebuddy.matcher.ElementMatchers.isMethod;
import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.protocol.Command;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import io.redistributed.javaagent.AgentTelemetry;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/** The one place that makes a {@code PUBLISH} command, for the async commands and, when subscribed, the reactive ones. */
public final class CommandBuilderInstrumentation implements TypeInstrumentation {

    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
        return namedOneOf("io.lettuce.core.RedisCommandBuilder", "io.lettuce.core.pubsub.PubSubCommandBuilder");
    }

    @Override
    public void transform(TypeTransformer transformer) {
        transformer.applyAdviceToMethod(
                isMethod().and(namedOneOf("publish", "spublish")).and(takesArguments(2)),
                getClass().getName() + "$BuildAdvice");
    }

    @SuppressWarnings({"unused", "rawtypes"})
    public static final class BuildAdvice {

        private BuildAdvice() {}

        @Advice.OnMethodExit(suppress = Throwable.class)
        @Advice.AssignReturned.ToReturned
        public static Command exit(
                @Advice.Return Command command,
                @Advice.FieldValue("codec") RedisCodec codec,
                @Advice.Argument(0) Object channel,
                @Advice.Argument(1) Object message) {
            try {
                return LettuceHooks.published(command, codec, channel, message);
            } catch (Throwable e) {
                AgentTelemetry.failed(e);
                return null;
            }
        }
    }
}
