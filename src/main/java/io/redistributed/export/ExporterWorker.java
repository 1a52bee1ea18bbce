package io.redistributed.export;

import io.opentelemetry.sdk.trace.data.SpanData;
import io.redistributed.export.collector.ExportResult;
import io.redistributed.export.collector.Exporter;
import io.redistributed.export.collector.SpanBatch;
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
import java.util.stream.Stream;

/**
 * Writes spans into batches for one exporter and exports them, several at a time, from a bounded buffer. A failed batch keeps its in-flight slot until its retry, which limits the calls to an unavailable collector.
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

    /** Batches that get more spans. */
    private final List<SpanBatch> open = new ArrayList<>();

    private final ArrayDeque<Export> waiting = new ArrayDeque<>();
    private final Set<Export> inFlight = new LinkedHashSet<>();
    private final Set<Flush> flushes = new LinkedHashSet<>();

    private final long maxBytes;

    /** Spans in {@code open}. */
    private int openSpans;

    /** Spans in {@code open} and {@code waiting}. */
    private int buffered;

    private long bufferedBytes;
    private long exports;
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
        this.maxBytes = settings.bufferBytes();
        this.figures = figures;
        this.durations = durations;
        this.log = new ExportLog(context, figures.exporter().label(), figures);
    }

    private static final class Export {
        final SpanBatch batch;
        final long number;
        final Backoff backoff = new Backoff(FIRST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS);
        long begun;
        int failures;

        /** Of the next attempt; that of an earlier one has no effect. */
        long timer = -1;

        Export(SpanBatch batch, long number) {
            this.batch = batch;
            this.number = number;
        }
    }

    /** A waiter for all exports before a number. */
    private record Flush(long number, Promise<Void> done) {}

    /** Buffers as many of the spans as fit and drops the rest. Exports full batches. */
    void offer(List<SpanData> spans) {
        int next = 0;
        do {
            int before = buffered;
            while (next < spans.size() && !isFull()) {
                write(spans.get(next++));
            }
            figures.buffered(buffered - before);
            exportNext();
            if (isFull()) {
                exportOpen();
            }
        } while (next < spans.size() && !isFull());
        if (next < spans.size()) {
            figures.refused(spans.size() - next, DropReason.BUFFER_FULL);
            log.failed("the buffer of " + settings.buffer() + " spans and " + maxBytes + " bytes is full");
        }
    }

    /** Exports batches that are not full, if the exporter is not busy. */
    void exportOpen() {
        if (inFlight.size() < settings.inFlight()) {
            closeOpen();
            exportNext();
        }
    }

    /** Succeeds when all spans offered so far are exported or dropped; fails after {@code flushTimeout}. */
    Future<Void> flush() {
        closeOpen();
        exportNext();
        Flush flush = new Flush(exports, VertxInternals.promise(context));
        flushes.add(flush);
        completeFlushes();
        return flush.done
                .future()
                .timeout(settings.flushTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(done -> flushes.remove(flush));
    }

    /**
     * Exports the buffered spans within {@code flushTimeout}, drops the rest and closes the exporter. Does not wait for pauses
     * between attempts, which may be longer. No spans may be offered afterwards.
     */
    Future<Void> close() {
        List.copyOf(inFlight).stream()
                .filter(export -> context.owner().cancelTimer(export.timer))
                .forEach(export -> {
                    export.backoff.reset();
                    attempt(export);
                });
        return flush().otherwise(late -> {
                    abandon();
                    return null;
                })
                .compose(flushed -> exporter.close())
                .onComplete(ended -> log.closed());
    }

    private void abandon() {
        closed = true;
        waiting.clear();
        inFlight.clear();
        figures.abandoned();
    }

    private boolean isFull() {
        return buffered >= settings.buffer() || bufferedBytes >= maxBytes;
    }

    private void write(SpanData span) {
        try {
            add(span);
        } catch (RuntimeException | StackOverflowError e) {
            figures.refused(1, DropReason.REJECTED);
            log.failed("a span '" + span.getName() + "' cannot be written: " + e);
        }
    }

    private void add(SpanData span) {
        SpanBatch batch = openFor(span);
        int before = batch.bytes();
        if (!batch.add(span)) {
            close(batch);
            batch = openFor(span);
            before = 0;
            batch.add(span);
        }
        bufferedBytes += batch.bytes() - before;
        buffered++;
        openSpans++;
        if (openSpans == settings.batchSize()) {
            closeOpen();
        }
    }

    private SpanBatch openFor(SpanData span) {
        for (SpanBatch batch : open) {
            if (batch.takes(span)) {
                return batch;
            }
        }
        SpanBatch batch = exporter.batch();
        open.add(batch);
        return batch;
    }

    private void closeOpen() {
        List.copyOf(open).forEach(this::close);
    }

    private void close(SpanBatch batch) {
        open.remove(batch);
        openSpans -= batch.size();
        if (batch.size() > 0) {
            waiting.add(new Export(batch, exports++));
        }
    }

    private void exportNext() {
        while (inFlight.size() < settings.inFlight() && !waiting.isEmpty()) {
            Export export = waiting.poll();
            bufferedBytes -= export.batch.bytes();
            buffered -= export.batch.size();
            inFlight.add(export);
            figures.started(export.batch.size());
            export.begun = System.nanoTime();
            attempt(export);
        }
    }

    private void attempt(Export export) {
        result(export.batch).onComplete(result -> {
            if (closed) {
                return;
            }
            if (result.succeeded()) {
                count(export.batch.size(), result.result());
                done(export, null);
                if (result.result().rejected() == 0
                        && !isFull()
                        && inFlight.stream().noneMatch(other -> other.failures > 0)) {
                    log.worked();
                }
            } else {
                failed(export, ExportFailure.of(result.cause()));
            }
        });
    }

    private void count(int spans, ExportResult result) {
        int rejected = (int) Math.max(0, Math.min(spans, result.rejected()));
        figures.exported(spans - rejected);
        if (rejected > 0) {
            figures.gaveUp(rejected, DropReason.REJECTED);
            log.failed("rejected " + rejected + " of " + spans + " spans: " + result.reason());
        } else if (!result.reason().isEmpty()) {
            log.warned(result.reason());
        }
    }

    private static Future<ExportResult> result(SpanBatch batch) {
        try {
            return batch.export();
        } catch (RuntimeException | StackOverflowError e) {
            return Future.failedFuture(e);
        }
    }

    private void failed(Export export, ExportFailure failure) {
        figures.failed();
        export.failures++;
        long left = TimeUnit.NANOSECONDS.toMillis(settings.retryFor().toNanos() - (System.nanoTime() - export.begun));
        // The last attempt comes before the time is over, even if the collector asks for a longer pause.
        long pause = Math.max(
                export.backoff.nextMillis(), Math.min(failure.retryAfter().toMillis(), left - 1));
        if (failure.retryable() && pause < left) {
            log.failed(failure.reason());
            export.timer = VertxInternals.setTimer(context, pause, () -> {
                if (!closed) {
                    attempt(export);
                }
            });
        } else {
            figures.gaveUp(
                    export.batch.size(), failure.retryable() ? DropReason.RETRIES_EXHAUSTED : DropReason.REJECTED);
            log.failed(failure.reason());
            done(export, failure);
        }
    }

    private void done(Export export, ExportFailure failure) {
        durations.record(System.nanoTime() - export.begun, failure);
        inFlight.remove(export);
        exportNext();
        completeFlushes();
    }

    private void completeFlushes() {
        long reached = Stream.concat(inFlight.stream(), waiting.stream())
                .mapToLong(export -> export.number)
                .min()
                .orElse(exports);
        flushes.stream().filter(flush -> flush.number <= reached).toList().forEach(flush -> flush.done.tryComplete());
    }
}
