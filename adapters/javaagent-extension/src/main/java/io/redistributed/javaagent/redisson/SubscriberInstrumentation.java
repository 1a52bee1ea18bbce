package io.redistributed.javaagent.redisson;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import io.redistributed.javaagent.AgentTelemetry;
import io.redistributed.javaagent.ListenerCall;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/** The call of the listeners of a connection, on a thread of Redisson's pool. */
public final class SubscriberInstrumentation implements TypeInstrumentation {

    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
        return named("org.redisson.client.RedisPubSubConnection");
    }

    @Override
    public void transform(TypeTransformer transformer) {
        transformer.applyAdviceToMethod(
                named("onMessage")
                        .and(takesArguments(1))
                        .and(takesArgument(
                                0,
                                namedOneOf(
                                        "org.redisson.client.protocol.pubsub.PubSubMessage",
                                        "org.redisson.client.protocol.pubsub.PubSubPatternMessage"))),
                getClass().getName() + "$ListenAdvice");
    }

    @SuppressWarnings("unused")
    public static final class ListenAdvice {

        private ListenAdvice() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        public static ListenerCall enter(@Advice.Argument(0) Object message) {
            try {
                return RedissonHooks.listening(message);
            } catch (Throwable e) {
                AgentTelemetry.failed(e);
                return null;
            }
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        public static void exit(@Advice.Enter ListenerCall call, @Advice.Thrown Throwable thrown) {
            ListenerCall.end(call, thrown);
        }
    }
}
