package io.redistributed.javaagent.jedis;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import io.redistributed.javaagent.AgentTelemetry;
import io.redistributed.javaagent.PublishFrame;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.Advice.AssignReturned.ToArguments.ToArgument;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.CommandObjects;

/** The place where Jedis makes a {@code PUBLISH} command, except for {@code Jedis.publish(String, String)}. */
public final class CommandObjectsInstrumentation implements TypeInstrumentation {

    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
        return named("redis.clients.jedis.CommandObjects");
    }

    @Override
    public void transform(TypeTransformer transformer) {
        transformer.applyAdviceToMethod(
                namedOneOf("publish", "spublish").and(takesArguments(2)).and(takesArgument(1, byte[].class)),
                getClass().getName() + "$BytesAdvice");
        transformer.applyAdviceToMethod(
                namedOneOf("publish", "spublish").and(takesArguments(2)).and(takesArgument(1, String.class)),
                getClass().getName() + "$TextAdvice");
    }

    @SuppressWarnings("unused")
    public static final class BytesAdvice {

        private BytesAdvice() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        @Advice.AssignReturned.ToArguments(@ToArgument(value = 1, index = 0))
        public static Object[] enter() {
            // In an array, as an array that is returned stands for several values.
            byte[] message = PublishFrame.message();
            return message == null ? null : new Object[] {message};
        }
    }

    @SuppressWarnings("unused")
    public static final class TextAdvice {

        private TextAdvice() {}

        @Advice.OnMethodExit(suppress = Throwable.class)
        @Advice.AssignReturned.ToReturned
        public static CommandObject<Long> exit(
                @Advice.This CommandObjects commands,
                @Advice.Origin("#m") String method,
                @Advice.Argument(0) String channel,
                @Advice.Argument(1) String message) {
            try {
                return JedisHooks.inBytes(commands, method, channel, message);
            } catch (Throwable e) {
                AgentTelemetry.failed(e);
                return null;
            }
        }
    }
}
