package io.redistributed.export;

import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What became of the spans given to one exporter. Changed on the verticle's thread alone; each change publishes a
 * {@link Snapshot}, so that whoever reads, on whatever thread, sees one moment and never half of a change.
 */
final class ExporterFigures {

    /**
     * One moment, in spans. {@code offered} = exported + lost + buffered + inFlight, each of which is counted for itself.
     *
     * @param offered taken out of the queue and given to this exporter
     * @param buffered waiting for an export
     * @param inFlight being exported, or waiting for another attempt
     * @param failures attempts that failed
     * @param dropped by reason, with all reasons
     */
    record Snapshot(
            long offered, long exported, long buffered, long inFlight, long failures, Map<DropReason, Long> dropped) {

        long lost() {
            return dropped.values().stream().mapToLong(Long::longValue).sum();
        }

        /** What was dropped, by reason, without those that dropped nothing. */
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
     * @param takenBefore spans that had left the queue before this exporter was there
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

    /** @param lost those of the spans that there was no room for */
    void offered(int spans, int lost) {
        offered += spans;
        buffered += spans - lost;
        drop(lost, DropReason.BUFFER_FULL);
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

    /** Drops all that is still on its way. */
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
     * @param seen taken before {@code queue}, so that what was not offered yet is never a negative number
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
