package io.redistributed.context;

import java.nio.ByteBuffer;

/** Holds the constants of {@link WireFormat#ENVELOPE}. The package description has the layout. */
final class Envelope {

    /** F7 cannot occur in UTF-8; "RD"; version 1. */
    static final int MAGIC = 0xF7524401;

    static final int MAX_FIELDS_LENGTH = 16 * 1024;

    static final byte TRACE_ID = 0;
    static final byte SPAN_ID = 1;
    static final byte FLAGS = 2;
    static final byte PUBLISHED_AT = 3;
    static final byte TRACE_STATE = 4;
    static final byte BAGGAGE = 5;
    static final byte MESSAGE_ID = 6;

    static final int ANY_LENGTH = -1;

    private static final int[] FIELD_LENGTHS = {16, 8, 1, 8, ANY_LENGTH, ANY_LENGTH, 16};

    private Envelope() {}

    static boolean isKnown(byte field) {
        return field >= 0 && field < FIELD_LENGTHS.length;
    }

    /** Returns the length of a known field in bytes, or {@link #ANY_LENGTH}. */
    static int lengthOf(byte field) {
        return FIELD_LENGTHS[field];
    }

    static boolean isAtStartOf(ByteBuffer message) {
        return message.limit() >= Integer.BYTES && message.getInt(0) == MAGIC;
    }
}
