package io.redistributed.export;

import io.redistributed.export.collector.ExporterSettings;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts the spans of one exporter by result. Changed on the verticle's thread only; each change publishes a {@link Snapshot}, so that readers on any thread see consistent counts.
 */
final class ExporterFigures {

    /**
     * Consistent counts, in spans. {@code offered} = exported + lost + buffered + inFlight; each is counted independently.
     *
     * @param offered taken from the queue and passed to this exporter
     * @param buffered waiting for an export
     * @param inFlight being exported, or waiting for a retry
     * @param failures failed attempts
     * @param dropped by reason, including reasons with 0
     */
    record Snapshot(
            long offered, long exported, long buffered, long inFlight, long failures, Map<DropReason, Long> dropped) {

        long lost() {
            return dropped.values().stream().mapToLong(Long::longValue).sum();
        }

        /** Returns the dropped spans by reason, without reasons with 0. */
        Map<String, Long> losses() {
            Map<String, Long> losses = new LinkedHashMap<>();
            dropped.forEach((reason, spans) -> {
                if (spans > 0) {
                    losses.put(reason.key(), spans);
                }
            });
            return losses;
        }
    }

    private final ExporterSettings exporter;
    private final String name;
    private final long takenBefore;
    private final Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
    private long offered;
    private long exported;
    private long buffered;
    private long inFlight;
    private long failures;
    private volatile Snapshot now;

    /**
     * @param name {@code otel.component.name}
     * @param takenBefore spans taken from the queue before this exporter existed
     */
    ExporterFigures(ExporterSettings exporter, String name, long takenBefore) {
        this.exporter = exporter;
        this.name = name;
        this.takenBefore = takenBefore;
        for (DropReason reason : DropReason.values()) {
            dropped.put(reason, 0L);
        }
        publish();
    }

    ExporterSettings exporter() {
        return exporter;
    }

    String name() {
        return name;
    }

    Snapshot now() {
        return now;
    }

    void buffered(int spans) {
        offered += spans;
        buffered += spans;
        publish();
    }

    /** Counts spans that were offered and not buffered. */
    void refused(int spans, DropReason reason) {
        offered += spans;
        drop(spans, reason);
        publish();
    }

    void started(int spans) {
        buffered -= spans;
        inFlight += spans;
        publish();
    }

    void failed() {
        failures++;
        publish();
    }

    void exported(int spans) {
        inFlight -= spans;
        exported += spans;
        publish();
    }

    void gaveUp(int spans, DropReason reason) {
        inFlight -= spans;
        drop(spans, reason);
        publish();
    }

    /** Drops all buffered and in-flight spans. */
    void abandoned() {
        drop(buffered + inFlight, DropReason.SHUTDOWN);
        buffered = 0;
        inFlight = 0;
        publish();
    }

    private void drop(long spans, DropReason reason) {
        dropped.merge(reason, spans, Long::sum);
    }

    private void publish() {
        Map<DropReason, Long> losses = Collections.unmodifiableMap(new EnumMap<>(dropped));
        now = new Snapshot(offered, exported, buffered, inFlight, failures, losses);
    }

    /**
     * @param seen read before {@code queue}, so that the number of spans not offered yet is never negative
     */
    JsonObject toJson(Snapshot seen, SpanQueue.Figures queue) {
        JsonObject losses = new JsonObject();
        seen.dropped.forEach((reason, spans) -> losses.put(reason.key(), spans));
        JsonObject json = new JsonObject().put("exporter", exporter.type()).put("name", name);
        if (exporter.endpoint() != null) {
            json.put("endpoint", exporter.origin());
        }
        long notOffered = queue.ended() - queue.dropped() - takenBefore - seen.offered;
        return json.put("exported", seen.exported)
                .put("queued", notOffered + seen.buffered + seen.inFlight)
                .put("inFlight", seen.inFlight)
                .put("failures", seen.failures)
                .put("dropped", losses.put("queue_full", queue.dropped()));
    }
}
