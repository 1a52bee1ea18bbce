package io.redistributed.export;

import io.opentelemetry.sdk.trace.data.SpanData;
import io.redistributed.export.collector.ExportResult;
import io.redistributed.export.collector.Exporter;
import io.redistributed.export.collector.SpanBatch;
import io.redistributed.export.store.SdkSpans;
import io.redistributed.export.store.StoredSpan;
import io.redistributed.export.store.TraceStore;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** Exports into a store of this process. */
record TraceStoreExporter(TraceStore store, SdkSpans converter) implements Exporter {

    /** The store has a bound in bytes, so spans do not wait for long before it. */
    private static final int MAX_SPANS = 2_048;

    @Override
    public SpanBatch batch() {
        return new Spans(this, new ArrayList<>());
    }

    private record Spans(TraceStoreExporter exporter, List<StoredSpan> spans) implements SpanBatch {

        @Override
        public boolean takes(SpanData span) {
            return true;
        }

        @Override
        public boolean add(SpanData span) {
            return spans.size() < MAX_SPANS && spans.add(exporter.converter.stored(span));
        }

        @Override
        public int size() {
            return spans.size();
        }

        @Override
        public int bytes() {
            return 0;
        }

        @Override
        public Future<ExportResult> export() {
            exporter.store.add(spans);
            return Future.succeededFuture(ExportResult.COMPLETE);
        }
    }
}
