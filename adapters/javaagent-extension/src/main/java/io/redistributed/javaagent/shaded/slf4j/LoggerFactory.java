package io.redistributed.javaagent.shaded.slf4j;

import java.util.Arrays;
import java.util.logging.Level;

/** Makes loggers that write to the agent's log. */
public final class LoggerFactory {

    private LoggerFactory() {}

    /** The logger of a class. */
    public static Logger getLogger(Class<?> owner) {
        java.util.logging.Logger log = java.util.logging.Logger.getLogger(owner.getName());
        return (format, arguments) -> log.log(Level.WARNING, format + ' ' + Arrays.toString(arguments));
    }
}
