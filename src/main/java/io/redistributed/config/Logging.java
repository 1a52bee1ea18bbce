package io.redistributed.config;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.joran.spi.JoranException;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** The log of this process. It is there before the configuration has been read, so it is set up in two steps. */
public final class Logging {

    private static final String PLAIN = "plain";

    private Logging() {}

    /**
     * Brings in what is logged by java.util.logging, as OpenTelemetry does, which would print in a manner of its own. From
     * now on an {@link OutOfMemoryError} that is logged ends the process.
     */
    public static void start() {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        context().addTurboFilter(new OutOfMemoryFilter());
    }

    /** Goes on in the format that the configuration names; before that it is {@code plain}. */
    public static void use(Config config) {
        if (PLAIN.equals(config.logFormat())) {
            return;
        }
        LoggerContext context = context();
        context.reset();
        context.addTurboFilter(new OutOfMemoryFilter());
        // For logback.xml.
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
