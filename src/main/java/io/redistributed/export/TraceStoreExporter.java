package io.redistributed.export;

import io.opentelemetry.sdk.trace.data.SpanData;
import io.redistributed.export.collector.ExportResult;
import io.redistributed.export.collector.Exporter;
import io.redistributed.export.store.TraceStore;
import io.vertx.core.Future;
import java.util.List;

/** Exports into a store of this process. */
record TraceStoreExporter(TraceStore store) implements Exporter {

    @Override
    public Future<ExportResult> export(List<SpanData> spans) {
        store.add(spans);
        return Future.succeededFuture(ExportResult.COMPLETE);
    }
}
