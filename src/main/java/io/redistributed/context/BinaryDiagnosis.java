package io.redistributed.context;

import io.redistributed.context.HeaderDiagnosis.Fault;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Explains why a message that begins with 00 has no {@link WireFormat#BINARY} header. */
final class BinaryDiagnosis {

    static final byte FIRST = 0;

    private static final int LENGTH = 29;
    private static final int TRACE_ID = 2;
    private static final int SPAN_ID = 19;

    /** A byte with a fixed value. */
    private record Fixed(int offset, int value, String meaning) {}

    private static final Fixed[] FIXED = {
        new Fixed(1, 0, "the id of the trace id"),
        new Fixed(18, 1, "the id of the span id"),
        new Fixed(27, 2, "the id of the flags"),
    };

    private BinaryDiagnosis() {}

    static Optional<Fault> fault(byte[] message) {
        for (Fixed fixed : FIXED) {
            if (fixed.offset < message.length && message[fixed.offset] != fixed.value) {
                String right = "%02x, %s in a binary header".formatted(fixed.value, fixed.meaning);
                return Optional.of(HeaderDiagnosis.isNot(message, fixed.offset, right));
            }
        }
        if (message.length < LENGTH) {
            return Optional.of(new Fault(message.length, "the message ends; a binary header has " + LENGTH + " bytes"));
        }
        ByteBuffer in = ByteBuffer.wrap(message);
        if ((in.getLong(TRACE_ID) | in.getLong(TRACE_ID + Long.BYTES)) == 0) {
            return Optional.of(new Fault(TRACE_ID, "the trace id is all zeros"));
        }
        return in.getLong(SPAN_ID) == 0
                ? Optional.of(new Fault(SPAN_ID, "the span id is all zeros"))
                : Optional.empty();
    }
}
