package io.redistributed.config;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import io.redistributed.generate.GeneratorVerticle;
import io.redistributed.system.OutOfMemory;
import org.slf4j.Marker;

/**
 * Ends the process when an {@link OutOfMemoryError} is logged. Netty and Vert.x catch and log every exception on an event loop or a worker thread, so the log is the only place to detect it. An error thrown by a generator only ends its attempt.
 */
final class OutOfMemoryFilter extends TurboFilter {

    private static final String GENERATORS = GeneratorVerticle.class.getPackageName();

    @Override
    public FilterReply decide(
            Marker marker, Logger logger, Level level, String format, Object[] parameters, Throwable thrown) {
        Object last = parameters == null || parameters.length == 0 ? null : parameters[parameters.length - 1];
        Throwable failure = thrown == null && last instanceof Throwable given ? given : thrown;
        if (failure != null && !logger.getName().startsWith(GENERATORS)) {
            OutOfMemory.endProcessIfCauseOf(failure);
        }
        return FilterReply.NEUTRAL;
    }
}
