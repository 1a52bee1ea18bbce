package io.redistributed.redis;

/**
 * The command was not sent: as many as {@link RedisSettings#maxWaitingCommands} wait for their replies. Await
 * {@link RedisCommands#ready} before the next one.
 *
 * @since 0.1.0
 */
public final class TooManyCommandsException extends RedisUnavailableException {

    private static final long serialVersionUID = 1L;

    /**
     * Without a stack trace.
     *
     * @param message names the address, without a password, and the bound
     */
    public TooManyCommandsException(String message) {
        super(message, null);
    }
}
