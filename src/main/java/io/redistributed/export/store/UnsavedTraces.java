package io.redistributed.export.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The spans that are not saved, by trace. Guarded by the lock of the store. */
final class UnsavedTraces {

    /** In order of the first unsaved span. */
    private final Map<StoredTrace, List<StoredSpan>> traces = new LinkedHashMap<>();

    void add(StoredTrace trace, StoredSpan span) {
        traces.computeIfAbsent(trace, added -> new ArrayList<>(1)).add(span);
    }

    /** Adds all spans of a trace, also saved ones. */
    void addAll(StoredTrace trace) {
        traces.put(trace, new ArrayList<>(trace.spans()));
    }

    void remove(StoredTrace trace) {
        traces.remove(trace);
    }

    /** Takes the spans of traces that are whole or have got no span for this time, those of failed traces first. */
    List<UnsavedSpans> take(Duration quiet, long maxBytes) {
        long now = System.nanoTime();
        List<StoredTrace> ready = new ArrayList<>();
        List<StoredTrace> others = new ArrayList<>();
        for (StoredTrace trace : traces.keySet()) {
            if (trace.isWhole() || now - trace.changedNanos() >= quiet.toNanos()) {
                (trace.isFailed() ? ready : others).add(trace);
            }
        }
        ready.addAll(others);
        List<UnsavedSpans> taken = new ArrayList<>();
        long bytes = 0;
        for (StoredTrace trace : ready) {
            if (bytes >= maxBytes) {
                break;
            }
            List<StoredSpan> spans = traces.remove(trace);
            bytes += trace.bytes() * spans.size() / trace.size();
            taken.add(new UnsavedSpans(trace.isFailed(), spans));
        }
        return taken;
    }
}
