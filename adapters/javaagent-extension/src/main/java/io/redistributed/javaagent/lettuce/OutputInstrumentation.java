package io.redistributed.javaagent.lettuce;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.pubsub.PubSubOutput;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import io.redistributed.javaagent.AgentTelemetry;
import java.nio.ByteBuffer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.Advice.AssignReturned.ToArguments.ToArgument;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/** The parts of a message as they arrive, before the program's codec decodes them. */
public final class OutputInstrumentation implements TypeInstrumentation {

    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
        return named("io.lettuce.core.pubsub.PubSubOutput");
    }

    @Override
    public void transform(TypeTransformer transformer) {
        transformer.applyAdviceToMethod(
                named("set").and(takesArguments(1)).and(takesArgument(0, ByteBuffer.class)),
                getClass().getName() + "$SetAdvice");
    }

    @SuppressWarnings({"unused", "rawtypes"})
    public static final class SetAdvice {

        private SetAdvice() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        @Advice.AssignReturned.ToArguments(@ToArgument(0))
        public static ByteBuffer enter(
                @Advice.This PubSubOutput output,
                @Advice.FieldValue("channel") Object channel,
                @Advice.FieldValue("codec") RedisCodec codec,
                @Advice.Argument(0) ByteBuffer bytes) {
            try {
                return LettuceHooks.arrived(output, channel, codec, bytes);
            } catch (Throwable e) {
                AgentTelemetry.failed(e);
                return null;
            }
        }
    }
}
