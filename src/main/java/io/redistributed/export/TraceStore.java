package io.redistributed.export;

import io.opentelemetry.sdk.trace.data.SpanData;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the latest traces in memory, within a number of spans and about a number of bytes. For a new span it drops the
 * trace that has gone longest without one, whole. A single trace keeps its first 10,000 spans, fewer if the store is
 * smaller; further ones are counted.
 *
 * <p>Safe to use from any thread: it holds its lock for as long as it takes to put a batch of spans into a map.
 */
public final class TraceStore {

    public static final int DEFAULT_MAX_SPANS = 100_000;

    /** 64 MiB. */
    public static final long DEFAULT_MAX_BYTES = 64L << 20;

    private static final int MAX_SPANS_PER_TRACE = 10_000;
    private static final int MAX_WAITING = 10_000;

    private final int maxSpans;
    private final long maxBytes;

    /** Trace id → trace; the one that was written to last is last. */
    private final LinkedHashMap<String, StoredTrace> traces = new LinkedHashMap<>();

    private final Map<String, List<Promise<Optional<Trace>>>> waiting = new HashMap<>();
    private int waitingCount;
    private int spans;
    private long bytes;
    private long evictedTraces;
    private long truncatedSpans;

    /** A store of {@link #DEFAULT_MAX_SPANS} and {@link #DEFAULT_MAX_BYTES}. */
    public TraceStore() {
        this(DEFAULT_MAX_SPANS, DEFAULT_MAX_BYTES);
    }

    /** @param maxBytes of heap, estimated: no span counts less than about 1 KB */
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
        return Optional.ofNullable(traces.get(traceId)).map(trace -> trace.snapshot(traceId));
    }

    /**
     * A trace as soon as it is {@linkplain Trace#whole() whole}, or what is there of it after {@code atMost}. Looks only
     * when spans of that trace come in. With 10,000 such futures pending already, it answers at once.
     *
     * @return never fails; completes on the context of the caller, if it has one
     */
    public Future<Optional<Trace>> whenWhole(Vertx vertx, String traceId, Duration atMost) {
        ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
        Promise<Optional<Trace>> promise = context.promise();
        synchronized (this) {
            Optional<Trace> now = find(traceId);
            if (atMost.toMillis() < 1
                    || waitingCount == MAX_WAITING
                    || now.isPresent() && now.get().whole()) {
                return Future.succeededFuture(now);
            }
            waiting.computeIfAbsent(traceId, id -> new ArrayList<>()).add(promise);
            waitingCount++;
        }
        long timer = context.setTimer(atMost.toMillis(), late -> {
            stopWaiting(traceId, promise);
            promise.tryComplete(find(traceId));
        });
        return promise.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    /**
     * @return {@code {traces, spans, bytes, evictedTraces, truncatedSpans}}: what is there, the bytes estimated; the
     *     traces dropped so far; the spans refused so far because their trace had too many
     */
    public synchronized JsonObject figures() {
        return new JsonObject()
                .put("traces", traces.size())
                .put("spans", spans)
                .put("bytes", bytes)
                .put("evictedTraces", evictedTraces)
                .put("truncatedSpans", truncatedSpans);
    }

    void add(Collection<SpanData> batch) {
        // Completed outside of the lock, since whoever waits may run at once.
        Map<Promise<Optional<Trace>>, Trace> complete = new HashMap<>();
        synchronized (this) {
            for (SpanData span : batch) {
                put(span);
            }
            if (waitingCount > 0) {
                batch.stream().map(SpanData::getTraceId).distinct().forEach(id -> takeWaiting(id, complete));
            }
        }
        complete.forEach((promise, trace) -> promise.tryComplete(Optional.of(trace)));
    }

    private void put(SpanData span) {
        String traceId = span.getTraceId();
        long size = SpanSize.of(span);
        StoredTrace trace = traces.remove(traceId);
        if (trace == null) {
            trace = new StoredTrace();
        }
        if (trace.size() < Math.min(MAX_SPANS_PER_TRACE, maxSpans) && trace.bytes() + size <= maxBytes) {
            trace.add(span, size);
            spans++;
            bytes += size;
        } else {
            trace.truncate();
            truncatedSpans++;
        }
        if (trace.size() > 0) {
            traces.put(traceId, trace);
        }
        evict();
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
        }
    }

    private void takeWaiting(String traceId, Map<Promise<Optional<Trace>>, Trace> complete) {
        StoredTrace trace = traces.get(traceId);
        if (waiting.containsKey(traceId) && trace != null && trace.isWhole()) {
            Trace snapshot = trace.snapshot(traceId);
            List<Promise<Optional<Trace>>> promises = waiting.remove(traceId);
            waitingCount -= promises.size();
            promises.forEach(promise -> complete.put(promise, snapshot));
        }
    }

    private synchronized void stopWaiting(String traceId, Promise<Optional<Trace>> promise) {
        List<Promise<Optional<Trace>>> promises = waiting.get(traceId);
        if (promises != null && promises.remove(promise)) {
            waitingCount--;
            if (promises.isEmpty()) {
                waiting.remove(traceId);
            }
        }
    }
}
