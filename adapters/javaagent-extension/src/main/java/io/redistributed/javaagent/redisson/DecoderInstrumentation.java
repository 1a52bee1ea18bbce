package io.redistributed.javaagent.redisson;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import io.redistributed.javaagent.AgentTelemetry;
import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;
import org.redisson.client.protocol.Decoder;

/** The parts of a message as they arrive, before the topic's codec decodes them, and the message made of them. */
public final class DecoderInstrumentation implements TypeInstrumentation {

    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
        return named("org.redisson.client.handler.CommandPubSubDecoder");
    }

    @Override
    public void transform(TypeTransformer transformer) {
        transformer.applyAdviceToMethod(
                named("selectDecoder").and(takesArgument(1, List.class)),
                getClass().getName() + "$SelectAdvice");
        transformer.applyAdviceToMethod(
                named("decodeResult").and(takesArgument(3, Object.class)),
                getClass().getName() + "$ResultAdvice");
    }

    @SuppressWarnings("unused")
    public static final class SelectAdvice {

        private SelectAdvice() {}

        @Advice.OnMethodExit(suppress = Throwable.class)
        @Advice.AssignReturned.ToReturned
        public static Decoder<Object> exit(
                @Advice.Argument(1) List<Object> parts, @Advice.Return Decoder<Object> decoder) {
            try {
                return RedissonHooks.decoder(parts, decoder);
            } catch (Throwable e) {
                AgentTelemetry.failed(e);
                return null;
            }
        }
    }

    @SuppressWarnings("unused")
    public static final class ResultAdvice {

        private ResultAdvice() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        public static void enter(@Advice.Argument(3) Object message) {
            RedissonHooks.decoded(message);
        }
    }
}
