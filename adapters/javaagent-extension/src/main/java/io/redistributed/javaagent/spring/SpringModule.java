package io.redistributed.javaagent.spring;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.redistributed.javaagent.PubSubModule;
import java.util.List;

/** The listener container of Spring Data Redis, which calls listeners on other threads than the client. */
public final class SpringModule extends PubSubModule {

    /** Called by the agent. */
    public SpringModule() {
        super("spring-data");
    }

    @Override
    public List<TypeInstrumentation> typeInstrumentations() {
        return List.of(new ContainerInstrumentation(), new AdapterInstrumentation());
    }
}
