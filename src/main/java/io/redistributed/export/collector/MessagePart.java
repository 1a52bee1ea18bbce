package io.redistributed.export.collector;

import java.util.ArrayList;
import java.util.List;

/** A growing part of a message, in chunks: a long part takes little more memory than it has bytes, and is not copied as it grows. */
public final class MessagePart {

    private static final int FIRST_BYTES = 1_024;
    private static final int CHUNK_BYTES = 32 << 10;

    private final List<ProtoWriter> chunks = new ArrayList<>();
    private int size;

    public void append(ProtoWriter written) {
        if (chunks.isEmpty() || last().size() + written.size() > CHUNK_BYTES) {
            chunks.add(new ProtoWriter(Math.max(FIRST_BYTES, written.size())));
        }
        last().append(written);
        size += written.size();
    }

    /** Returns the size in bytes. */
    public int size() {
        return size;
    }

    /** Returns the part as a nested message: what comes before it, and its chunks. */
    public List<ProtoWriter> nested(int field) {
        List<ProtoWriter> nested = new ArrayList<>();
        nested.add(ProtoWriter.head(field, size));
        nested.addAll(chunks);
        return nested;
    }

    private ProtoWriter last() {
        return chunks.get(chunks.size() - 1);
    }
}
