package io.redistributed.export.collector;

import io.opentelemetry.sdk.trace.data.SpanData;
import io.vertx.core.Future;

/** Spans in the form in which one destination takes them. Runs on the context of the exporter verticle. */
public interface SpanBatch {

    /** Returns whether spans like this one may be in the batch. */
    boolean takes(SpanData span);

    /**
     * Adds a span that the batch {@linkplain #takes takes}, and returns whether there was room. A batch without spans has room for any.
     *
     * @throws RuntimeException if the span cannot be written; the batch is as it was
     */
    boolean add(SpanData span);

    /** Returns the number of spans. */
    int size();

    /** Returns the size of the spans as they were written; 0 if they were not. */
    int bytes();

    /** Makes one attempt, within the timeout of the exporter's settings. {@link CollectorException} says why it failed. */
    Future<ExportResult> export();
}
