package io.redistributed.export.jaeger;

import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.redistributed.export.collector.CollectorClient;
import io.redistributed.export.collector.ExportResult;
import io.redistributed.export.collector.MessageBatch;
import io.redistributed.export.collector.MessagePart;
import io.redistributed.export.collector.ProtoWriter;
import io.redistributed.export.store.SdkSpans;
import io.redistributed.export.store.StoredSpan;
import io.vertx.core.Future;

/** Spans of one resource as a {@code jaeger.api_v2.PostSpansRequest}: a retry does not send again what has arrived of another one. */
final class JaegerBatch extends MessageBatch {

    private static final int BYTES = 512;

    private final CollectorClient client;
    private final SdkSpans converter;

    /** The fields of the {@code Batch}. */
    private final MessagePart batch = new MessagePart();

    private Resource resource;

    JaegerBatch(CollectorClient client, SdkSpans converter) {
        this.client = client;
        this.converter = converter;
    }

    @Override
    public boolean takes(SpanData span) {
        return resource == null || resource.equals(span.getResource());
    }

    @Override
    public boolean add(SpanData span) {
        StoredSpan stored = converter.stored(span);
        ProtoWriter written = new ProtoWriter(BYTES);
        written.nested(1, out -> JaegerModel.span(out, stored));
        if (resource == null) {
            written.nested(2, out -> JaegerModel.process(out, stored.origin()));
        }
        if (!reserve(written.size())) {
            return false;
        }
        batch.append(written);
        resource = span.getResource();
        return true;
    }

    @Override
    public Future<ExportResult> export() {
        return client.send(batch.nested(1)).map(ExportResult.COMPLETE);
    }
}
