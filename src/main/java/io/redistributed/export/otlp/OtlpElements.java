package io.redistributed.export.otlp;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Counts the elements of an OTLP request in protobuf before objects are built of it: an element of two bytes can become an
 * object of a hundred. Elements are messages, repeated values and unknown fields, which count as {@value #UNKNOWN_WEIGHT}.
 * Replaces invalid UTF-8 by question marks, for one byte of which protobuf's reader would reject all spans.
 */
final class OtlpElements {

    /** The depth limit of protobuf's own reader. */
    private static final int MAX_DEPTH = 100;

    /** Protobuf keeps an unknown field in a map of several objects. */
    private static final int UNKNOWN_WEIGHT = 2;

    private static final int CHARACTERS = 512;

    private final byte[] body;
    private final CodedInputStream in;
    private final int max;
    private int elements;

    private OtlpElements(byte[] body, int max) {
        this.body = body;
        this.in = CodedInputStream.newInstance(body);
        this.max = max;
    }

    /**
     * @param body in which texts are mended
     * @throws TooManyElementsException if the body has more elements
     * @throws IOException if the body is malformed
     */
    static void check(byte[] body, int max) throws IOException {
        new OtlpElements(body, max).count(ExportTraceServiceRequest.getDescriptor(), MAX_DEPTH);
    }

    private void count(Descriptor type, int depth) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
            boolean isKnown = field != null && field.getLiteType().getWireType() == WireFormat.getTagWireType(tag);
            boolean isMessage = isKnown && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
            if (!isKnown) {
                elements += UNKNOWN_WEIGHT;
            } else if (isMessage || field.isRepeated()) {
                elements++;
            }
            if (elements > max) {
                throw new TooManyElementsException(max);
            }
            // Protobuf's reader rejects deeper messages, and builds nothing after them.
            if (isMessage && depth > 0) {
                int limit = in.pushLimit(in.readRawVarint32());
                count(field.getMessageType(), depth - 1);
                in.popLimit(limit);
            } else if (isKnown && field.getJavaType() == FieldDescriptor.JavaType.STRING) {
                int length = in.readRawVarint32();
                int start = in.getTotalBytesRead();
                in.skipRawBytes(length);
                mend(start, length);
            } else if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_START_GROUP) {
                throw new IOException("groups are not supported");
            } else {
                in.skipField(tag);
            }
        }
    }

    private void mend(int start, int length) {
        if (isAscii(start, length)) {
            return;
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer text = ByteBuffer.wrap(body, start, length);
        CharBuffer ignored = CharBuffer.allocate(CHARACTERS);
        CoderResult result;
        do {
            result = decoder.decode(text, ignored.clear(), true);
            for (int i = 0; result.isMalformed() && i < result.length(); i++) {
                text.put((byte) '?');
            }
        } while (!result.isUnderflow());
    }

    private boolean isAscii(int start, int length) {
        for (int i = start; i < start + length; i++) {
            if (body[i] < 0) {
                return false;
            }
        }
        return true;
    }
}
