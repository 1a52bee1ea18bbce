package io.redistributed.javaagent.lettuce;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.redistributed.javaagent.PubSubModule;
import java.util.List;

/** Lettuce 6.8 to 7.x: sync, async, reactive, cluster; channels, patterns, shards. */
public final class LettuceModule extends PubSubModule {

    /** Called by the agent. */
    public LettuceModule() {
        super("lettuce");
    }

    @Override
    public List<TypeInstrumentation> typeInstrumentations() {
        return List.of(
                new AsyncCommandsInstrumentation(),
                new ReactiveCommandsInstrumentation(),
                new CommandBuilderInstrumentation(),
                new CommandInstrumentation(),
                new OutputInstrumentation(),
                new EndpointInstrumentation());
    }
}
