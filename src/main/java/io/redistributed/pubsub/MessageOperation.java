package io.redistributed.pubsub;

/**
 * Selects the operation on a message.
 *
 * @since 0.1.0
 */
public enum MessageOperation {
    /** Publishing, a PRODUCER span. */
    PUBLISH("publish"),

    /** Processing, a CONSUMER span. */
    PROCESS("process");

    private final String text;

    MessageOperation(String text) {
        this.text = text;
    }

    /** {@return the value of {@code messaging.operation.name}: {@code publish} or {@code process}} */
    @Override
    public String toString() {
        return text;
    }
}
