package io.redistributed.javaagent.jedis;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.redistributed.javaagent.PubSubModule;
import java.util.List;

/** Jedis 6.2 to 8.x: single connections, pools, clusters, pipelines and transactions. */
public final class JedisModule extends PubSubModule {

    /** Called by the agent. */
    public JedisModule() {
        super("jedis");
    }

    @Override
    public List<TypeInstrumentation> typeInstrumentations() {
        return List.of(
                new ClientInstrumentation(),
                new PipelineInstrumentation(),
                new CommandObjectsInstrumentation(),
                new ConnectionInstrumentation(),
                new ListenerInstrumentation());
    }
}
