package io.redistributed.export.otlp;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;

/**
 * Counts the elements of an OTLP request in protobuf before objects are built of it: an element of two bytes can become an
 * object of a hundred. Elements are messages, repeated values and unknown fields, which count as {@value #UNKNOWN_WEIGHT}.
 */
final class OtlpElements {

    /** The depth limit of protobuf's own reader. */
    private static final int MAX_DEPTH = 100;

    /** Protobuf keeps an unknown field in a map of several objects. */
    private static final int UNKNOWN_WEIGHT = 2;

    private final CodedInputStream in;
    private final int max;
    private int elements;

    private OtlpElements(byte[] body, int max) {
        this.in = CodedInputStream.newInstance(body);
        this.max = max;
    }

    /**
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
            } else if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_START_GROUP) {
                throw new IOException("groups are not supported");
            } else {
                in.skipField(tag);
            }
        }
    }
}
