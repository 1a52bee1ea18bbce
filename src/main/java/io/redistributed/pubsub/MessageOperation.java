package io.redistributed.pubsub;

/**
 * What is done with a message.
 *
 * @since 0.1.0
 */
public enum MessageOperation {
    /** Sending it: a PRODUCER span. */
    PUBLISH("publish"),

    /** Handling it: a CONSUMER span. */
    PROCESS("process");

    private final String text;

    MessageOperation(String text) {
        this.text = text;
    }

    /** {@return the name as {@code messaging.operation.name} has it: {@code publish} or {@code process}} */
    @Override
    public String toString() {
        return text;
    }
}
