package io.redistributed.javaagent.lettuce;

import static net.bytebuddy.matcher.ElementMatchers.isMethod;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.lettuce.core.AbstractRedisReactiveCommands;
import io.lettuce.core.protocol.RedisCommand;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import java.util.function.Supplier;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.Advice.AssignReturned.ToArguments.ToArgument;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;
import reactor.core.publisher.Mono;

/** {@code publish} of the reactive commands: the span is current while the command is subscribed to. */
public final class ReactiveCommandsInstrumentation implements TypeInstrumentation {

    @Override
    public ElementMatcher<TypeDescription> typeMatcher() {
        return namedOneOf(
                "io.lettuce.core.AbstractRedisReactiveCommands",
                "io.lettuce.core.pubsub.RedisPubSubReactiveCommandsImpl");
    }

    @Override
    public void transform(TypeTransformer transformer) {
        transformer.applyAdviceToMethod(
                isMethod().and(namedOneOf("publish", "spublish")).and(takesArguments(2)),
                getClass().getName() + "$PublishAdvice");
        transformer.applyAdviceToMethod(
                named("createMono").and(takesArguments(1)).and(takesArgument(0, Supplier.class)),
                getClass().getName() + "$CreateAdvice");
    }

    @SuppressWarnings({"unused", "rawtypes"})
    public static final class PublishAdvice {

        private PublishAdvice() {}

        @Advice.OnMethodEnter(suppress = Throwable.class, skipOn = Advice.OnNonDefaultValue.class)
        public static Mono<Long> enter(
                @Advice.This AbstractRedisReactiveCommands commands,
                @Advice.Origin("#m") String method,
                @Advice.Argument(0) Object channel,
                @Advice.Argument(1) Object message) {
            return LettuceHooks.deferred(commands, method, channel, message);
        }

        @Advice.OnMethodExit(suppress = Throwable.class)
        @Advice.AssignReturned.ToReturned
        public static Mono<Long> exit(@Advice.Enter Mono<Long> deferred) {
            return deferred;
        }
    }

    @SuppressWarnings({"unused", "rawtypes"})
    public static final class CreateAdvice {

        private CreateAdvice() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        @Advice.AssignReturned.ToArguments(@ToArgument(0))
        public static Supplier<RedisCommand> enter(@Advice.Argument(0) Supplier<RedisCommand> command) {
            return LettuceHooks.built(command);
        }
    }
}
