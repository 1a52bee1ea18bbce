package io.redistributed.javaagent.redisson;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.returns;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.netty.buffer.ByteBuf;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import io.redistributed.javaagent.AgentTelemetry;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/** What a codec made of a message. */
public final class EncoderInstrumentation implements TypeInstrumentation {

    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
        return named("org.redisson.command.CommandAsyncService");
    }

    @Override
    public void transform(TypeTransformer transformer) {
        transformer.applyAdviceToMethod(
                named("encode")
                        .and(takesArguments(2))
                        .and(takesArgument(0, named("org.redisson.client.codec.Codec")))
                        .and(returns(named("io.netty.buffer.ByteBuf"))),
                getClass().getName() + "$EncodeAdvice");
    }

    @SuppressWarnings("unused")
    public static final class EncodeAdvice {

        private EncodeAdvice() {}

        @Advice.OnMethodExit(suppress = Throwable.class)
        @Advice.AssignReturned.ToReturned
        public static ByteBuf exit(@Advice.Return ByteBuf body) {
            try {
                return RedissonHooks.encoded(body);
            } catch (Throwable e) {
                AgentTelemetry.failed(e);
                return null;
            }
        }
    }
}
