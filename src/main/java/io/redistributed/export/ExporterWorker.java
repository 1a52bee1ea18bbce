package io.redistributed.export;

import io.opentelemetry.sdk.trace.data.SpanData;
import io.redistributed.export.collector.ExportResult;
import io.redistributed.export.collector.Exporter;
import io.redistributed.vertx.internal.Backoff;
import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Exports batches of a bounded buffer to one exporter, several at a time. A failed batch keeps its in-flight slot until its retry, which limits the calls to an unavailable collector.
 *
 * <p>Runs on the verticle's context.
 */
final class ExporterWorker {

    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    private final Context context;
    private final Exporter exporter;
    private final ExportSettings settings;
    private final ExporterFigures figures;
    private final OperationDurations durations;
    private final ExportLog log;

    private final ArrayDeque<SpanData> buffer = new ArrayDeque<>();
    private final Set<Batch> inFlight = new LinkedHashSet<>();
    private final Set<Flush> flushes = new LinkedHashSet<>();

    /** Spans that have entered the buffer, and left it for an export. The value on entry is the position of a span. */
    private long entered;

    private long left;
    private boolean closed;

    ExporterWorker(
            Context context,
            Exporter exporter,
            ExportSettings settings,
            ExporterFigures figures,
            OperationDurations durations) {
        this.context = context;
        this.exporter = exporter;
        this.settings = settings;
        this.figures = figures;
        this.durations = durations;
        this.log = new ExportLog(context, figures.exporter().label(), figures);
    }

    private static final class Batch {
        final List<SpanData> spans;
        final long position;
        final long begun = System.nanoTime();
        final Backoff backoff = new Backoff(FIRST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS);
        int failures;

        Batch(List<SpanData> spans, long position) {
            this.spans = spans;
            this.position = position;
        }
    }

    /** A waiter for all spans before a position. */
    private record Flush(long position, Promise<Void> done) {}

    /** Buffers as many of the spans as fit and drops the rest. */
    void offer(List<SpanData> spans) {
        int room = Math.min(spans.size(), settings.buffer() - buffer.size());
        buffer.addAll(spans.subList(0, room));
        entered += room;
        figures.offered(spans.size(), spans.size() - room);
        if (room < spans.size()) {
            log.failed("the buffer of " + settings.buffer() + " spans is full");
        }
        exportNext();
    }

    /** Succeeds when all spans offered so far are exported or dropped; fails after {@code flushTimeout}. */
    Future<Void> flush() {
        Flush flush = new Flush(entered, VertxInternals.promise(context));
        flushes.add(flush);
        completeFlushes();
        return flush.done
                .future()
                .timeout(settings.flushTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(done -> flushes.remove(flush));
    }

    /**
     * Exports the buffered spans within {@code flushTimeout}, drops the rest and closes the exporter. No spans may be offered afterwards.
     */
    Future<Void> close() {
        return flush().otherwise(late -> {
                    abandon();
                    return null;
                })
                .compose(flushed -> exporter.close())
                .onComplete(ended -> log.closed());
    }

    private void abandon() {
        closed = true;
        buffer.clear();
        inFlight.clear();
        figures.abandoned();
    }

    private void exportNext() {
        while (inFlight.size() < settings.inFlight() && !buffer.isEmpty()) {
            long position = left;
            for (List<SpanData> spans : exporter.split(nextBatch())) {
                Batch batch = new Batch(spans, position);
                inFlight.add(batch);
                figures.started(spans.size());
                export(batch);
            }
        }
    }

    private List<SpanData> nextBatch() {
        int size = Math.min(settings.batchSize(), buffer.size());
        List<SpanData> batch = new ArrayList<>(size);
        while (batch.size() < size) {
            batch.add(buffer.poll());
        }
        left += size;
        return batch;
    }

    private void export(Batch batch) {
        attempt(batch.spans).onComplete(result -> {
            if (closed) {
                return;
            }
            if (result.succeeded()) {
                count(batch.spans.size(), result.result());
                done(batch, null);
                if (result.result().rejected() == 0
                        && buffer.size() < settings.buffer()
                        && inFlight.stream().noneMatch(waiting -> waiting.failures > 0)) {
                    log.worked();
                }
            } else {
                failed(batch, ExportFailure.of(result.cause()));
            }
        });
    }

    private void count(int spans, ExportResult result) {
        int rejected = (int) Math.max(0, Math.min(spans, result.rejected()));
        figures.exported(spans - rejected);
        if (rejected > 0) {
            figures.gaveUp(rejected, DropReason.REJECTED);
            log.failed("rejected " + rejected + " of " + spans + " spans: " + result.reason());
        }
    }

    private Future<ExportResult> attempt(List<SpanData> spans) {
        try {
            return exporter.export(spans);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private void failed(Batch batch, ExportFailure failure) {
        figures.failed();
        batch.failures++;
        long pause = batch.backoff.nextMillis();
        long elapsed = System.nanoTime() - batch.begun + TimeUnit.MILLISECONDS.toNanos(pause);
        if (failure.retryable() && elapsed < settings.retryFor().toNanos()) {
            log.failed(failure.reason());
            VertxInternals.setTimer(context, pause, () -> {
                if (!closed) {
                    export(batch);
                }
            });
        } else {
            figures.gaveUp(
                    batch.spans.size(), failure.retryable() ? DropReason.RETRIES_EXHAUSTED : DropReason.REJECTED);
            log.failed(failure.reason());
            done(batch, failure);
        }
    }

    private void done(Batch batch, ExportFailure failure) {
        durations.record(System.nanoTime() - batch.begun, failure);
        inFlight.remove(batch);
        exportNext();
        completeFlushes();
    }

    private void completeFlushes() {
        long reached =
                inFlight.stream().mapToLong(batch -> batch.position).min().orElse(left);
        List<Flush> reachedFlushes =
                flushes.stream().filter(flush -> flush.position <= reached).toList();
        reachedFlushes.forEach(flush -> flush.done.tryComplete());
    }
}
