package io.redistributed.export;

import io.vertx.core.json.JsonObject;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What became of the spans given to one exporter. Written on the verticle's thread, read from any. */
final class ExporterFigures {

    private final String type;
    private final String endpoint;
    private final long takenBefore;
    private final LongAdder exported = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Map<DropReason, LongAdder> dropped = new EnumMap<>(DropReason.class);

    /** @param takenBefore spans that had left the queue before this exporter was there */
    ExporterFigures(ExporterSettings exporter, long takenBefore) {
        type = exporter.type();
        endpoint = exporter.endpoint();
        this.takenBefore = takenBefore;
        for (DropReason reason : DropReason.values()) {
            dropped.put(reason, new LongAdder());
        }
    }

    void started(int spans) {
        inFlight.addAndGet(spans);
    }

    void failed() {
        failures.increment();
    }

    void exported(int spans) {
        exported.add(spans);
        inFlight.addAndGet(-spans);
    }

    void gaveUp(int spans, DropReason reason) {
        dropped(spans, reason);
        inFlight.addAndGet(-spans);
    }

    /** Drops spans that were not in flight. */
    void dropped(int spans, DropReason reason) {
        dropped.get(reason).add(spans);
    }

    long exported() {
        return exported.sum();
    }

    int inFlight() {
        return inFlight.get();
    }

    /** How many spans were dropped, by reason. */
    JsonObject losses() {
        JsonObject losses = new JsonObject();
        dropped.forEach((reason, spans) -> losses.put(reason.key(), spans.sum()));
        return losses;
    }

    JsonObject toJson(SpanQueue queue) {
        // What has an end is read before what is still coming in, so that queued is never negative.
        long done = exported();
        JsonObject losses = losses();
        long lost = losses.stream().mapToLong(loss -> (Long) loss.getValue()).sum();
        int flying = inFlight();
        SpanQueue.Figures before = queue.figures();

        JsonObject json = new JsonObject().put("exporter", type);
        if (endpoint != null) {
            json.put("endpoint", endpoint);
        }
        return json.put("exported", done)
                .put("queued", before.ended() - before.dropped() - takenBefore - done - lost)
                .put("inFlight", flying)
                .put("failures", failures.sum())
                .put("dropped", losses.put("queue_full", before.dropped()));
    }
}
