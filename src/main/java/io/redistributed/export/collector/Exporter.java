package io.redistributed.export.collector;

import io.opentelemetry.sdk.trace.data.SpanData;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;

/** Exports spans to one destination. Runs on the context of the exporter verticle. */
public interface Exporter {

    /** Makes one attempt, within the timeout of the exporter's settings. {@link CollectorException} says why it failed. */
    Future<ExportResult> export(List<SpanData> spans);

    /** Splits a batch into exports, which are retried one by one. */
    default Collection<List<SpanData>> split(List<SpanData> batch) {
        return List.of(batch);
    }

    /** Exports in flight fail. */
    default Future<Void> close() {
        return Future.succeededFuture();
    }
}
