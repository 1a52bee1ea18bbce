package io.redistributed.export.collector;

/** A batch that is one message of at most 4 MiB: gRPC servers refuse longer ones by default. Only a single span may exceed this. */
public abstract class MessageBatch implements SpanBatch {

    /** Without what comes before the outermost field. */
    private static final int MAX_BYTES = (4 << 20) - 16;

    private int spans;
    private int bytes;

    /** Counts a span of that size in bytes, and returns whether there was room. */
    protected final boolean reserve(int more) {
        if (spans > 0 && bytes + more > MAX_BYTES) {
            return false;
        }
        bytes += more;
        spans++;
        return true;
    }

    @Override
    public final int size() {
        return spans;
    }

    @Override
    public final int bytes() {
        return bytes;
    }
}
