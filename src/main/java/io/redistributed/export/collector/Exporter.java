package io.redistributed.export.collector;

import io.vertx.core.Future;

/** Exports spans to one destination. Runs on the context of the exporter verticle. */
public interface Exporter {

    /** Returns a batch without spans. */
    SpanBatch batch();

    /** Exports in flight fail. */
    default Future<Void> close() {
        return Future.succeededFuture();
    }
}
