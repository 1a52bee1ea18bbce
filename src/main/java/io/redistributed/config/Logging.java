package io.redistributed.config;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.joran.spi.JoranException;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sets up the log of this process, in two steps because logging starts before the configuration is read. */
public final class Logging {

    private static final String PLAIN = "plain";

    private Logging() {}

    /**
     * Redirects java.util.logging, which OpenTelemetry uses, to the log. From now on, a logged {@link OutOfMemoryError} ends the process.
     */
    public static void start() {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        context().addTurboFilter(new OutOfMemoryFilter());
    }

    /** Switches to the configured format; the initial one is {@code plain}. */
    public static void use(Config config) {
        if (PLAIN.equals(config.logFormat())) {
            return;
        }
        LoggerContext context = context();
        context.reset();
        context.addTurboFilter(new OutOfMemoryFilter());
        // logback.xml reads this property.
        context.putProperty("logging.format", config.logFormat());
        try {
            new ContextInitializer(context).autoConfig();
        } catch (JoranException e) {
            throw new IllegalStateException("logback was configured once and cannot be again", e);
        }
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }
}
