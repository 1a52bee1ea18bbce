package io.redistributed.export.store;

import io.redistributed.export.otlp.OtlpReceiver;
import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Consumer;

/**
 * Keeps the latest traces in memory, bounded by a number of spans and an estimated number of bytes. Evicts whole traces, least recently written first. A trace keeps its first 10,000 spans and about 16 MiB, less if the store is smaller; further spans are counted only. So are late spans of the last 10,000 evicted traces: stored, they would look like a trace and evict a complete one.
 *
 * <p>The spans of a trace may arrive in any order, from this process and, through {@link OtlpReceiver}, from others. The first span of an id is kept, because senders retry when a response is lost.
 *
 * <p>Thread-safe. Adding holds the lock while it puts a batch of spans into a map. Searches scan all spans and release the lock in between; do not call them on an event loop.
 */
public final class TraceStore {

    private static final int DEFAULT_MAX_SPANS = 100_000;
    private static final long DEFAULT_MAX_BYTES = 64L << 20;
    private static final int MAX_SPANS_PER_TRACE = 10_000;
    private static final long MAX_BYTES_PER_TRACE = 16L << 20;
    private static final int MAX_DROPPED = 10_000;

    /** Spans added per lock. */
    private static final int PORTION = 512;

    /** Estimated bytes of spans in one search result. */
    private static final long MAX_FOUND_BYTES = 2 * MAX_BYTES_PER_TRACE;

    private final int maxSpans;
    private final long maxBytes;

    /** Trace id → trace, in order of the last write. */
    private final LinkedHashMap<String, StoredTrace> traces = new LinkedHashMap<>();

    /** Ids of evicted traces, latest last. */
    private final LinkedHashSet<String> dropped = new LinkedHashSet<>();

    private final TraceWaiters waiting = new TraceWaiters();
    private int spans;
    private long bytes;
    private long evictedTraces;
    private long truncatedSpans;
    private long lateSpans;

    /** Null until they are tracked. */
    private UnsavedTraces unsaved;

    /**
     * The result of adding spans; duplicates count as stored.
     *
     * @param late spans of evicted traces
     * @param truncated spans beyond the limit of their trace
     */
    public record Added(int stored, int late, int truncated) {

        Added plus(Added other) {
            return new Added(stored + other.stored, late + other.late, truncated + other.truncated);
        }
    }

    private enum Fate {
        STORED,
        LATE,
        TRUNCATED
    }

    /** Creates a store of 100,000 spans and 64 MiB. */
    public TraceStore() {
        this(DEFAULT_MAX_SPANS, DEFAULT_MAX_BYTES);
    }

    /** @param maxBytes estimated heap; a span counts at least about 0.5 KB */
    public TraceStore(int maxSpans, long maxBytes) {
        if (maxSpans < 1 || maxBytes < 1) {
            throw new IllegalArgumentException(
                    "maxSpans and maxBytes must be at least 1: " + maxSpans + ", " + maxBytes);
        }
        this.maxSpans = maxSpans;
        this.maxBytes = maxBytes;
    }

    /** Returns the spans of a trace received so far; empty if there are none. */
    public synchronized Optional<Trace> find(String traceId) {
        return Optional.ofNullable(traces.get(traceId)).map(StoredTrace::snapshot);
    }

    /**
     * Returns a trace as soon as it is {@linkplain Trace#whole() whole}, or its spans so far after {@code atMost}. Checks only when spans of that trace arrive. Completes immediately if 10,000 such futures are pending.
     *
     * @param abandoned completes when the caller stops waiting; the returned future then completes too
     * @return a future that never fails; completes on the caller's context, if any
     */
    public Future<Optional<Trace>> whenWhole(Vertx vertx, String traceId, Duration atMost, Future<?> abandoned) {
        Promise<Optional<Trace>> promise = VertxInternals.promise(vertx);
        synchronized (this) {
            Optional<Trace> now = find(traceId);
            if (atMost.toMillis() < 1
                    || waiting.isFull()
                    || now.isPresent() && now.get().whole()) {
                return Future.succeededFuture(now);
            }
            waiting.add(traceId, promise);
        }
        long timer = vertx.setTimer(atMost.toMillis(), late -> giveUp(traceId, promise));
        abandoned.onComplete(gone -> giveUp(traceId, promise));
        return promise.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    private void giveUp(String traceId, Promise<Optional<Trace>> promise) {
        if (promise.future().isComplete()) {
            return;
        }
        synchronized (this) {
            waiting.remove(traceId, promise);
        }
        promise.tryComplete(find(traceId));
    }

    /**
     * @return {@code {traces, spans, bytes, evictedTraces, truncatedSpans, lateSpans}}: the current contents, with estimated bytes; the traces evicted so far; the spans rejected so far because their trace was full, or evicted
     */
    public synchronized JsonObject figures() {
        return new JsonObject()
                .put("traces", traces.size())
                .put("spans", spans)
                .put("bytes", bytes)
                .put("evictedTraces", evictedTraces)
                .put("truncatedSpans", truncatedSpans)
                .put("lateSpans", lateSpans);
    }

    /** Returns summaries of the matching traces, latest start first. Do not call it on an event loop. */
    public List<TraceSummary> summaries(TraceQuery query) {
        return search().latest(query).stream().map(TraceSummary::of).toList();
    }

    /**
     * Returns the matching traces, latest start first, up to about 32 MiB in total but at least one. Do not call it on an event loop.
     */
    public List<Trace> traces(TraceQuery query) {
        return bounded(search().latest(query));
    }

    /**
     * Returns the spans of these traces received so far, in this order, up to about 32 MiB in total but at least one trace.
     */
    public List<Trace> traces(Collection<String> traceIds) {
        return bounded(
                traceIds.stream().map(this::find).flatMap(Optional::stream).toList());
    }

    private static List<Trace> bounded(List<Trace> found) {
        List<Trace> traces = new ArrayList<>();
        long size = 0;
        for (Trace trace : found) {
            size += trace.bytes();
            if (!traces.isEmpty() && size > MAX_FOUND_BYTES) {
                break;
            }
            traces.add(trace);
        }
        return traces;
    }

    /** Returns the services with spans, sorted. Do not call it on an event loop. */
    public SortedSet<String> services() {
        return search().services();
    }

    /** Returns the names and kinds of the spans of a service. Do not call it on an event loop. */
    public SortedSet<Operation> operations(String service) {
        return search().operations(service);
    }

    /**
     * Returns the calls between services, from traces that lie entirely within a time range. Do not call it on an event loop.
     *
     * @return the number of child spans by pair of services
     */
    public SortedMap<ServiceCall, Long> calls(Instant from, Instant to) {
        return search().calls(from, to);
    }

    /** Passes each trace to a visitor. Do not call it on an event loop. */
    public void visit(Consumer<Trace> visitor) {
        search().visit(visitor);
    }

    /** Tracks the spans that are added from now on. */
    public synchronized void trackUnsaved() {
        unsaved = new UnsavedTraces();
    }

    /**
     * Takes tracked spans that were not taken before, of traces that are whole or have got no span for {@code quiet}: failed traces
     * first, then in order of arrival. The first failed span of a trace brings all its spans again.
     *
     * @param maxBytes estimated heap, after which no further trace is taken
     * @return the spans of each trace
     */
    public synchronized List<UnsavedSpans> takeUnsaved(Duration quiet, long maxBytes) {
        return unsaved.take(quiet, maxBytes);
    }

    private synchronized TraceSearch search() {
        return new TraceSearch(new ArrayList<>(traces.values()), this);
    }

    public Added add(List<StoredSpan> batch) {
        return add(batch, false);
    }

    /** Adds spans that {@link #takeUnsaved} does not return. */
    public void restore(List<StoredSpan> saved) {
        add(saved, true);
    }

    private Added add(List<StoredSpan> batch, boolean isSaved) {
        Added added = new Added(0, 0, 0);
        for (int from = 0; from < batch.size(); from += PORTION) {
            added = added.plus(addPortion(batch.subList(from, Math.min(from + PORTION, batch.size())), isSaved));
        }
        return added;
    }

    private Added addPortion(List<StoredSpan> portion, boolean isSaved) {
        // Completes outside of the lock, because callbacks may run immediately.
        List<Runnable> complete = new ArrayList<>();
        Map<Fate, Integer> fates = new EnumMap<>(Fate.class);
        synchronized (this) {
            portion.forEach(span -> fates.merge(put(span, isSaved), 1, Integer::sum));
            if (!waiting.isEmpty()) {
                portion.stream()
                        .map(StoredSpan::traceId)
                        .distinct()
                        .map(traces::get)
                        .filter(trace -> trace != null && trace.isWhole())
                        .forEach(trace -> complete.addAll(waiting.take(trace)));
            }
        }
        complete.forEach(Runnable::run);
        return new Added(
                fates.getOrDefault(Fate.STORED, 0),
                fates.getOrDefault(Fate.LATE, 0),
                fates.getOrDefault(Fate.TRUNCATED, 0));
    }

    private Fate put(StoredSpan span, boolean isSaved) {
        String traceId = span.traceId();
        if (dropped.contains(traceId)) {
            lateSpans++;
            return Fate.LATE;
        }
        StoredTrace trace = traces.remove(traceId);
        if (trace == null) {
            trace = new StoredTrace(traceId);
        }
        Fate fate = put(span, trace, isSaved);
        if (trace.size() > 0) {
            traces.put(traceId, trace);
        }
        evict();
        return fate;
    }

    private Fate put(StoredSpan span, StoredTrace trace, boolean isSaved) {
        if (trace.contains(span)) {
            return Fate.STORED;
        }
        long size = trace.sizeOf(span);
        if (trace.size() < Math.min(MAX_SPANS_PER_TRACE, maxSpans)
                && trace.bytes() + size <= Math.min(MAX_BYTES_PER_TRACE, maxBytes)) {
            boolean wasFailed = trace.isFailed();
            trace.add(span, size);
            spans++;
            bytes += size;
            if (unsaved != null && !isSaved) {
                if (trace.isFailed() && !wasFailed) {
                    unsaved.addAll(trace);
                } else {
                    unsaved.add(trace, span);
                }
            }
            return Fate.STORED;
        }
        trace.truncate();
        truncatedSpans++;
        return Fate.TRUNCATED;
    }

    /** Stops before the trace just written, which fits on its own. */
    private void evict() {
        Iterator<StoredTrace> eldest = traces.values().iterator();
        while (spans > maxSpans || bytes > maxBytes) {
            StoredTrace trace = eldest.next();
            eldest.remove();
            spans -= trace.size();
            bytes -= trace.bytes();
            evictedTraces++;
            if (unsaved != null) {
                unsaved.remove(trace);
            }
            remember(trace.traceId());
        }
    }

    private void remember(String traceId) {
        dropped.add(traceId);
        if (dropped.size() > MAX_DROPPED) {
            dropped.remove(dropped.iterator().next());
        }
    }
}
