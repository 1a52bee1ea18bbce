package io.redistributed.redis;

/**
 * Thrown when {@link RedisSettings#maxWaitingCommands} commands wait for their replies; the command was not sent. Await
 * {@link RedisCommands#ready} before the next one.
 *
 * @since 0.1.0
 */
public final class TooManyCommandsException extends RedisUnavailableException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception without a stack trace.
     *
     * @param message names the address, without a password, and the limit
     */
    public TooManyCommandsException(String message) {
        super(message, null);
    }
}
