package io.redistributed.export.jaeger;

import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.redistributed.export.collector.CollectorClient;
import io.redistributed.export.collector.ExportResult;
import io.redistributed.export.collector.MessageBatch;
import io.redistributed.export.collector.ProtoWriter;
import io.redistributed.export.store.SdkSpans;
import io.redistributed.export.store.StoredSpan;
import io.vertx.core.Future;
import java.util.List;

/** Spans of one resource as a {@code jaeger.api_v2.PostSpansRequest}: a retry does not send again what has arrived of another one. */
final class JaegerBatch extends MessageBatch {

    private static final int FIRST_BYTES = 1_024;

    private final CollectorClient client;
    private final SdkSpans converter;

    /** The fields of the {@code Batch}. */
    private final ProtoWriter batch = new ProtoWriter(FIRST_BYTES);

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
    protected ProtoWriter part(SpanData span) {
        return batch;
    }

    @Override
    protected void write(SpanData span, ProtoWriter part) {
        StoredSpan stored = converter.stored(span);
        part.nested(1, out -> JaegerModel.span(out, stored));
        if (resource == null) {
            part.nested(2, out -> JaegerModel.process(out, stored.origin()));
            resource = span.getResource();
        }
    }

    @Override
    public Future<ExportResult> export() {
        return client.send(List.of(ProtoWriter.head(1, batch.size()), batch)).map(ExportResult.COMPLETE);
    }
}
