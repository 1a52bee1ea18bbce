package io.redistributed.javaagent.shaded.slf4j;

/** What the library's classes need of SLF4J, which the agent has not; the build points them here. */
public interface Logger {

    /** Logs a message with {@code {}} for each argument, and perhaps a throwable behind them. */
    void warn(String format, Object... arguments);
}
