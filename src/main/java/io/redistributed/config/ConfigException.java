package io.redistributed.config;

import io.redistributed.system.MachineFault;

/** A configuration that cannot be run. The message has the position and what is allowed. */
public final class ConfigException extends Exception {

    private static final long serialVersionUID = 1L;

    ConfigException(String message) {
        super(message);
    }

    ConfigException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Returns 1, or the exit code of the machine fault that caused the exception. */
    public int exitCode() {
        return MachineFault.exitCode(getCause()).orElse(1);
    }
}
