package io.redistributed.javaagent.lettuce;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import io.redistributed.javaagent.AgentTelemetry;
import io.redistributed.javaagent.ListenerCall;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/** The call of the listeners of a connection, those of the reactive commands among them. */
public final class EndpointInstrumentation implements TypeInstrumentation {

    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
        return namedOneOf("io.lettuce.core.pubsub.PubSubEndpoint", "io.lettuce.core.cluster.PubSubClusterEndpoint");
    }

    @Override
    public void transform(TypeTransformer transformer) {
        transformer.applyAdviceToMethod(
                named("notifyListeners").and(takesArguments(1)), getClass().getName() + "$NotifyAdvice");
    }

    @SuppressWarnings("unused")
    public static final class NotifyAdvice {

        private NotifyAdvice() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        public static ListenerCall enter(@Advice.Argument(0) Object message) {
            try {
                return LettuceHooks.listening(message);
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
