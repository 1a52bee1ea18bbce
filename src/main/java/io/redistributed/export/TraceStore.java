package io.redistributed.export;

import io.opentelemetry.sdk.trace.data.SpanData;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
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

/**
 * Keeps the latest traces in memory, within a number of spans and about a number of bytes. For a new span it drops the
 * trace that has gone longest without one, whole. A single trace keeps its first 10,000 spans and about 16 MiB, less if the
 * store is smaller; further ones are counted. So are spans that come late, after their trace was dropped: kept, they
 * would look like a trace, and push out one that is whole. It knows the latest 10,000 dropped traces.
 *
 * <p>The spans of a trace may come in any order, from this process and, by {@link OtlpReceiver}, from others. Of those with
 * the same id the first is kept, since who gets no answer sends again.
 *
 * <p>Safe to use from any thread: it holds its lock for as long as it takes to put a batch of spans into a map. Searches
 * look at every span and are not for event loops; they give the lock away in between.
 */
public final class TraceStore {

    public static final int DEFAULT_MAX_SPANS = 100_000;

    /** 64 MiB. */
    public static final long DEFAULT_MAX_BYTES = 64L << 20;

    private static final int MAX_SPANS_PER_TRACE = 10_000;
    private static final long MAX_BYTES_PER_TRACE = 16L << 20;
    private static final int MAX_DROPPED = 10_000;

    /** Spans that go in under one hold of the lock. */
    private static final int PORTION = 512;

    /** Bytes of spans in one answer to a search, as estimated. */
    private static final long MAX_FOUND_BYTES = 2 * MAX_BYTES_PER_TRACE;

    private final int maxSpans;
    private final long maxBytes;

    /** Trace id → trace; the one that was written to last is last. */
    private final LinkedHashMap<String, StoredTrace> traces = new LinkedHashMap<>();

    /** Ids of traces that were dropped, the latest last. */
    private final LinkedHashSet<String> dropped = new LinkedHashSet<>();

    private final SdkSpans own = new SdkSpans();
    private final TraceWaiters waiting = new TraceWaiters();
    private int spans;
    private long bytes;
    private long evictedTraces;
    private long truncatedSpans;
    private long lateSpans;

    /**
     * What became of spans that were to be added; those that were there already count as stored.
     *
     * @param late whose trace had been dropped
     * @param truncated whose trace has as much as a trace may have
     */
    record Added(int stored, int late, int truncated) {

        Added plus(Added other) {
            return new Added(stored + other.stored, late + other.late, truncated + other.truncated);
        }
    }

    private enum Fate {
        STORED,
        LATE,
        TRUNCATED
    }

    /** A store of {@link #DEFAULT_MAX_SPANS} and {@link #DEFAULT_MAX_BYTES}. */
    public TraceStore() {
        this(DEFAULT_MAX_SPANS, DEFAULT_MAX_BYTES);
    }

    /** @param maxBytes of heap, estimated: no span counts less than about 0.5 KB */
    public TraceStore(int maxSpans, long maxBytes) {
        if (maxSpans < 1 || maxBytes < 1) {
            throw new IllegalArgumentException(
                    "maxSpans and maxBytes must be at least 1: " + maxSpans + ", " + maxBytes);
        }
        this.maxSpans = maxSpans;
        this.maxBytes = maxBytes;
    }

    /** What is there of a trace now; empty if nothing is. */
    public synchronized Optional<Trace> find(String traceId) {
        return Optional.ofNullable(traces.get(traceId)).map(StoredTrace::snapshot);
    }

    /**
     * A trace as soon as it is {@linkplain Trace#whole() whole}, or what is there of it after {@code atMost}. Looks only
     * when spans of that trace come in. With 10,000 such futures pending already, it answers at once.
     *
     * @param abandoned completes when nobody waits any more; then so does the answer
     * @return never fails; completes on the context of the caller, if it has one
     */
    public Future<Optional<Trace>> whenWhole(Vertx vertx, String traceId, Duration atMost, Future<?> abandoned) {
        ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
        Promise<Optional<Trace>> promise = context.promise();
        synchronized (this) {
            Optional<Trace> now = find(traceId);
            if (atMost.toMillis() < 1
                    || waiting.isFull()
                    || now.isPresent() && now.get().whole()) {
                return Future.succeededFuture(now);
            }
            waiting.add(traceId, promise);
        }
        long timer = context.setTimer(atMost.toMillis(), late -> giveUp(traceId, promise));
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
     * @return {@code {traces, spans, bytes, evictedTraces, truncatedSpans, lateSpans}}: what is there, the bytes
     *     estimated; the traces dropped so far; the spans refused so far because their trace had too many, or had been
     *     dropped
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

    /** The traces that a query fits, in one line each, the one that started last first. Not for event loops. */
    public List<TraceSummary> summaries(TraceQuery query) {
        return search().latest(query).stream().map(TraceSummary::of).toList();
    }

    /**
     * The traces that a query fits, the one that started last first, as far as they have no more than about 32 MiB together;
     * the first in any case. Not for event loops.
     */
    public List<Trace> traces(TraceQuery query) {
        return bounded(search().latest(query));
    }

    /**
     * What is there now of these traces, in this order, as far as they have no more than about 32 MiB together; the first in
     * any case.
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

    /** The services that there are spans of, sorted. Not for event loops. */
    public SortedSet<String> services() {
        return search().services();
    }

    /** The names of the spans of a service, each with the kinds that it is of. Not for event loops. */
    public SortedSet<Operation> operations(String service) {
        return search().operations(service);
    }

    /**
     * Which service calls which, and how often, by the traces that began and ended within a time. Not for event loops.
     *
     * @return the number of spans with a parent of that service
     */
    public SortedMap<ServiceCall, Long> calls(Instant from, Instant to) {
        return search().calls(from, to);
    }

    private synchronized TraceSearch search() {
        return new TraceSearch(new ArrayList<>(traces.values()), this);
    }

    /** Spans of this process. */
    void add(Collection<SpanData> batch) {
        add(batch.stream().map(own::stored).toList());
    }

    Added add(List<StoredSpan> batch) {
        Added added = new Added(0, 0, 0);
        for (int from = 0; from < batch.size(); from += PORTION) {
            added = added.plus(addPortion(batch.subList(from, Math.min(from + PORTION, batch.size()))));
        }
        return added;
    }

    private Added addPortion(List<StoredSpan> portion) {
        // Completed outside of the lock, since whoever waits may run at once.
        List<Runnable> complete = new ArrayList<>();
        Map<Fate, Integer> fates = new EnumMap<>(Fate.class);
        synchronized (this) {
            portion.forEach(span -> fates.merge(put(span), 1, Integer::sum));
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

    private Fate put(StoredSpan span) {
        String traceId = span.traceId();
        if (dropped.contains(traceId)) {
            lateSpans++;
            return Fate.LATE;
        }
        StoredTrace trace = traces.remove(traceId);
        if (trace == null) {
            trace = new StoredTrace(traceId);
        }
        Fate fate = put(span, trace);
        if (trace.size() > 0) {
            traces.put(traceId, trace);
        }
        evict();
        return fate;
    }

    private Fate put(StoredSpan span, StoredTrace trace) {
        if (trace.contains(span)) {
            return Fate.STORED;
        }
        long size = trace.sizeOf(span);
        if (trace.size() < Math.min(MAX_SPANS_PER_TRACE, maxSpans)
                && trace.bytes() + size <= Math.min(MAX_BYTES_PER_TRACE, maxBytes)) {
            trace.add(span, size);
            spans++;
            bytes += size;
            return Fate.STORED;
        }
        trace.truncate();
        truncatedSpans++;
        return Fate.TRUNCATED;
    }

    /** Ends before the trace that was just written to: it fits alone. */
    private void evict() {
        Iterator<StoredTrace> eldest = traces.values().iterator();
        while (spans > maxSpans || bytes > maxBytes) {
            StoredTrace trace = eldest.next();
            eldest.remove();
            spans -= trace.size();
            bytes -= trace.bytes();
            evictedTraces++;
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
