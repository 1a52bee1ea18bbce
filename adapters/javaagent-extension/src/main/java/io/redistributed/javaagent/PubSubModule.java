package io.redistributed.javaagent;

import static io.opentelemetry.javaagent.extension.matcher.AgentElementMatchers.hasClassesNamed;
import static net.bytebuddy.matcher.ElementMatchers.none;
import static net.bytebuddy.matcher.ElementMatchers.not;

import io.opentelemetry.javaagent.extension.instrumentation.HelperResourceBuilder;
import io.opentelemetry.javaagent.extension.instrumentation.InstrumentationModule;
import net.bytebuddy.matcher.ElementMatcher;

/** The hooks of one client. All have the name {@code redis-pubsub} and a second one, to switch them off singly. */
public abstract class PubSubModule extends InstrumentationModule {

    private final String client;

    protected PubSubModule(String client) {
        super("redis-pubsub", "redis-pubsub-" + client);
        this.client = client;
    }

    /** A program that has the library traces its messages itself: it must see their headers. */
    @Override
    public ElementMatcher.Junction<ClassLoader> classLoaderMatcher() {
        // The agent does not read the properties if it has a YAML configuration.
        if (!AgentSettings.isEnabled(client)) {
            return none();
        }
        // Joined, as the build relocates the name of a class that stands in one piece.
        return not(hasClassesNamed(String.join(".", "io", "redistributed", "context", "TraceCodec")));
    }

    @Override
    public boolean isHelperClass(String className) {
        return className.startsWith("io.redistributed.javaagent.");
    }

    @Override
    public void registerHelperResources(HelperResourceBuilder resources) {
        resources.register("META-INF/io/redistributed/version.properties");
    }
}
