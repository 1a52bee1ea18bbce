package io.redistributed.config;

import io.redistributed.system.MachineFault;

/** A configuration that cannot be run; the message names the place and says what is allowed. */
public final class ConfigException extends Exception {

    private static final long serialVersionUID = 1L;

    ConfigException(String message) {
        super(message);
    }

    ConfigException(String message, Throwable cause) {
        super(message, cause);
    }

    /** 1, or that of the fault of this machine that caused it. */
    public int exitCode() {
        return MachineFault.exitCode(getCause()).orElse(1);
    }
}
