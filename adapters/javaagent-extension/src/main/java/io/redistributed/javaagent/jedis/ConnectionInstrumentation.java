package io.redistributed.javaagent.jedis;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import io.redistributed.javaagent.AgentTelemetry;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.Advice.AssignReturned.ToArguments.ToArgument;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;
import redis.clients.jedis.CommandArguments;

/** Commands on their way out, and messages on their way in. */
public final class ConnectionInstrumentation implements TypeInstrumentation {

    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
        return named("redis.clients.jedis.Connection");
    }

    @Override
    public void transform(TypeTransformer transformer) {
        transformer.applyAdviceToMethod(
                named("sendCommand")
                        .and(takesArguments(1))
                        .and(takesArgument(0, named("redis.clients.jedis.CommandArguments"))),
                getClass().getName() + "$SendAdvice");
        transformer.applyAdviceToMethod(
                named("getUnflushedObject").and(takesArguments(0)), getClass().getName() + "$ReceiveAdvice");
    }

    @SuppressWarnings("unused")
    public static final class SendAdvice {

        private SendAdvice() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        @Advice.AssignReturned.ToArguments(@ToArgument(0))
        public static CommandArguments enter(@Advice.Argument(0) CommandArguments arguments) {
            try {
                return JedisHooks.arguments(arguments);
            } catch (Throwable e) {
                AgentTelemetry.failed(e);
                return null;
            }
        }
    }

    @SuppressWarnings("unused")
    public static final class ReceiveAdvice {

        private ReceiveAdvice() {}

        @Advice.OnMethodExit(suppress = Throwable.class)
        @Advice.AssignReturned.ToReturned
        public static Object exit(@Advice.Return Object reply) {
            try {
                return JedisHooks.arrived(reply);
            } catch (Throwable e) {
                AgentTelemetry.failed(e);
                return null;
            }
        }
    }
}
