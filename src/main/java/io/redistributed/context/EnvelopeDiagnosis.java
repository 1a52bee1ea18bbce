package io.redistributed.context;

import io.redistributed.context.HeaderDiagnosis.Fault;
import io.redistributed.context.HeaderDiagnosis.Field;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lists the fields of a message that begins with F7, and explains why it is not an {@link WireFormat#ENVELOPE}. */
final class EnvelopeDiagnosis {

    static final byte FIRST = (byte) (Envelope.MAGIC >>> 24);

    private static final int VERSION_OFFSET = 3;

    private final byte[] message;
    private final ByteBuffer in;
    private final List<Field> fields = new ArrayList<>();

    EnvelopeDiagnosis(byte[] message) {
        this.message = message;
        this.in = ByteBuffer.wrap(message);
    }

    HeaderDiagnosis diagnose() {
        Optional<Fault> fault = magic().or(this::fieldsLength)
                .or(this::fields)
                .or(() -> id(Envelope.TRACE_ID, "trace id"))
                .or(() -> id(Envelope.SPAN_ID, "span id"));
        return new HeaderDiagnosis(fault, List.copyOf(fields));
    }

    private Optional<Fault> magic() {
        byte[] magic = ByteBuffer.allocate(Integer.BYTES).putInt(Envelope.MAGIC).array();
        for (int i = 1; i < magic.length; i++) {
            if (i == message.length) {
                return fault(i, "the message ends; an envelope begins with f7 52 44 01");
            }
            if (message[i] != magic[i]) {
                String right = "%02x, %s"
                        .formatted(
                                magic[i],
                                i == VERSION_OFFSET ? "the only version of the envelope" : "as in f7 52 44 01");
                return Optional.of(HeaderDiagnosis.isNot(message, i, right));
            }
        }
        in.position(magic.length);
        return Optional.empty();
    }

    private Optional<Fault> fieldsLength() {
        int start = in.position();
        int length = Varint.read(in);
        if (length < 0) {
            return fault(start, "the length of the fields " + varintFault(start, message.length));
        }
        if (length > Envelope.MAX_FIELDS_LENGTH) {
            return fault(
                    start,
                    "the fields have " + length + " bytes, at most " + Envelope.MAX_FIELDS_LENGTH + " are allowed");
        }
        if (length > in.remaining()) {
            return fault(start, "the fields have " + length + " bytes, the message has " + in.remaining() + " more");
        }
        in.limit(in.position() + length);
        return Optional.empty();
    }

    private Optional<Fault> fields() {
        while (in.hasRemaining()) {
            int start = in.position();
            byte id = in.get();
            String name = "field " + (id & 0xFF);
            int length = Varint.read(in);
            if (length < 0) {
                return fault(start + 1, "the length of " + name + ' ' + varintFault(start + 1, in.limit()));
            }
            if (length > in.remaining()) {
                return fault(
                        start + 1, name + " has " + length + " bytes, the fields have " + in.remaining() + " more");
            }
            if (Envelope.isKnown(id) && find(id).isPresent()) {
                return fault(start, name + " is repeated");
            }
            if (Envelope.isKnown(id)
                    && Envelope.lengthOf(id) != Envelope.ANY_LENGTH
                    && Envelope.lengthOf(id) != length) {
                return fault(start + 1, name + " has " + length + " bytes, must have " + Envelope.lengthOf(id));
            }
            fields.add(new Field(id & 0xFF, in.position(), length));
            in.position(in.position() + length);
        }
        return Optional.empty();
    }

    private Optional<Fault> id(byte id, String name) {
        Optional<Field> found = find(id);
        if (found.isEmpty()) {
            return fault(in.limit(), "the fields end without field " + id + ", the " + name);
        }
        Field field = found.get();
        for (int i = 0; i < field.length(); i++) {
            if (message[field.offset() + i] != 0) {
                return Optional.empty();
            }
        }
        return fault(field.offset(), "the " + name + " is all zeros");
    }

    private Optional<Field> find(byte id) {
        return fields.stream().filter(field -> field.id() == id).findFirst();
    }

    private static String varintFault(int start, int end) {
        return end - start < Varint.MAX_LENGTH ? "is cut short" : "has more than " + Varint.MAX_LENGTH + " bytes";
    }

    private static Optional<Fault> fault(int offset, String reason) {
        return Optional.of(new Fault(offset, reason));
    }
}
