package io.redistributed.javaagent.redisson;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.redistributed.javaagent.PubSubModule;
import java.util.List;

/** Redisson's {@code RTopic}, {@code RPatternTopic} and {@code RShardedTopic}. */
public final class RedissonModule extends PubSubModule {

    /** Called by the agent. */
    public RedissonModule() {
        super("redisson");
    }

    @Override
    public List<TypeInstrumentation> typeInstrumentations() {
        return List.of(
                new TopicInstrumentation(),
                new EncoderInstrumentation(),
                new BatchInstrumentation(),
                new DecoderInstrumentation(),
                new SubscriberInstrumentation());
    }
}
