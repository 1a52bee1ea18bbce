package io.redistributed.context;

import java.util.List;
import java.util.Optional;

/**
 * Explains how a message is read, to debug a writer. It agrees with {@link TraceCodec#decode(byte[])}: there is a fault
 * if and only if the message is untraced or malformed.
 *
 * @param fault the fault; empty if there is a header
 * @param fields parsed fields of an envelope, in order, up to the fault; empty for other messages @since 0.1.0
 */
public record HeaderDiagnosis(Optional<Fault> fault, List<Field> fields) {

    /**
     * Describes the first fault.
     *
     * @param offset offset of the byte from the start of the message; the length of the message if it ends too early
     * @param reason actual and required content
     */
    public record Fault(int offset, String reason) {}

    /**
     * Describes one field of an envelope.
     *
     * @param id 0 to 255; ids over 6 are undefined
     * @param offset offset of the value from the start of the message, in bytes
     * @param length length of the value, in bytes
     */
    public record Field(int id, int offset, int length) {}

    /**
     * Diagnoses a message. Never throws, and keeps no reference to the bytes.
     *
     * @param message header and payload, as Redis delivers them
     * @return the diagnosis
     */
    public static HeaderDiagnosis of(byte[] message) {
        if (message.length == 0) {
            return none(new Fault(0, "the message is empty"));
        }
        return switch (message[0]) {
            case BinaryDiagnosis.FIRST -> new HeaderDiagnosis(BinaryDiagnosis.fault(message), List.of());
            case EnvelopeDiagnosis.FIRST -> new EnvelopeDiagnosis(message).diagnose();
            default -> none(isNot(message, 0, "00 of a binary header or f7 of an envelope"));
        };
    }

    static Fault isNot(byte[] message, int offset, String right) {
        return new Fault(offset, "%02x is not %s".formatted(message[offset], right));
    }

    private static HeaderDiagnosis none(Fault fault) {
        return new HeaderDiagnosis(Optional.of(fault), List.of());
    }
}
