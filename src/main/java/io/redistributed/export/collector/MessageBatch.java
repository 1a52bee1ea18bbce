package io.redistributed.export.collector;

import io.opentelemetry.sdk.trace.data.SpanData;

/** A batch that is one message of at most 4 MiB: gRPC servers refuse longer ones by default. Only a single span may exceed this. */
public abstract class MessageBatch implements SpanBatch {

    private static final int MAX_MESSAGE_BYTES = 4 << 20;

    /** For what describes the origin of the spans. */
    private static final int ORIGIN_BYTES = 64 << 10;

    private int spans;
    private int bytes;

    /** Returns where a span is written. */
    protected abstract ProtoWriter part(SpanData span);

    protected abstract void write(SpanData span, ProtoWriter part);

    @Override
    public final boolean add(SpanData span) {
        ProtoWriter part = part(span);
        int before = part.size();
        int grown;
        try {
            write(span, part);
            grown = part.size() - before;
        } catch (RuntimeException e) {
            part.truncate(before);
            throw e;
        }
        if (spans > 0 && bytes + grown > MAX_MESSAGE_BYTES - ORIGIN_BYTES) {
            part.truncate(before);
            return false;
        }
        bytes += grown;
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
