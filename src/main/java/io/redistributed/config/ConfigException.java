package io.redistributed.config;

/** A configuration that cannot be run; the message names the place and says what is allowed. */
public final class ConfigException extends Exception {

    private static final long serialVersionUID = 1L;

    ConfigException(String message) {
        super(message);
    }
}
