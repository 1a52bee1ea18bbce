package io.redistributed.export;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The spans on their way to one exporter: a bounded buffer, of which several batches are in flight at a time. A batch
 * that fails keeps its place in flight while it waits for its next attempt, so a collector that is away sees few calls.
 *
 * <p>All of it runs on the verticle's context.
 */
final class ExporterLane {

    private static final Logger LOG = LoggerFactory.getLogger(ExporterLane.class);

    /** The exporters time out by themselves, and say better why; this is for one that does not. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    private final ContextInternal context;
    private final Exporter exporter;
    private final ExportSettings settings;
    private final ExporterFigures figures;
    private final ArrayDeque<SpanData> buffer = new ArrayDeque<>();
    private final OncePerMinute log = new OncePerMinute();
    private final Promise<Void> idle;
    private int exports;
    private boolean closing;
    private boolean closed;

    ExporterLane(ContextInternal context, Exporter exporter, ExportSettings settings, ExporterFigures figures) {
        this.context = context;
        this.exporter = exporter;
        this.settings = settings;
        this.figures = figures;
        idle = context.promise();
    }

    private static final class Batch {
        final List<SpanData> spans;
        final long giveUpAt;
        int attempts;

        Batch(List<SpanData> spans, long giveUpAt) {
            this.spans = spans;
            this.giveUpAt = giveUpAt;
        }
    }

    /** Takes as many of the spans as there is room for and drops the others. */
    void offer(List<SpanData> spans) {
        int room = Math.min(spans.size(), settings.buffer() - buffer.size());
        buffer.addAll(spans.subList(0, room));
        if (room < spans.size()) {
            figures.dropped(spans.size() - room, DropReason.BUFFER_FULL);
            complain("the buffer of " + settings.buffer() + " spans is full");
        }
        exportNext();
    }

    /**
     * Exports what it holds, within {@code flushTimeout}, and shuts the exporter down. What is left then is dropped. Always
     * succeeds; nothing may be offered any more.
     */
    Future<Void> close() {
        closing = true;
        completeIfIdle();
        return idle.future()
                .timeout(settings.flushTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .otherwise(late -> {
                    abandon();
                    return null;
                })
                .compose(flushed -> attempt(exporter.spans()::shutdown, settings.flushTimeout()))
                .otherwise(failure -> {
                    LOG.warn("{} did not shut down: {}", exporter.settings().label(), failure.toString());
                    return null;
                });
    }

    private void abandon() {
        closed = true;
        figures.dropped(buffer.size(), DropReason.SHUTDOWN);
        buffer.clear();
        int inFlight = figures.inFlight();
        figures.gaveUp(inFlight, DropReason.SHUTDOWN);
        complain("it was not done when the time to flush had passed");
    }

    private void exportNext() {
        while (exports < settings.inFlight() && !buffer.isEmpty()) {
            long giveUpAt = System.nanoTime() + settings.retryFor().toNanos();
            for (List<SpanData> spans : exporter.exports(nextBatch())) {
                exports++;
                figures.started(spans.size());
                export(new Batch(spans, giveUpAt));
            }
        }
    }

    private List<SpanData> nextBatch() {
        int size = Math.min(settings.batchSize(), buffer.size());
        List<SpanData> batch = new ArrayList<>(size);
        while (batch.size() < size) {
            batch.add(buffer.poll());
        }
        return batch;
    }

    private void export(Batch batch) {
        batch.attempts++;
        attempt(() -> exporter.spans().export(batch.spans), settings.timeout().plus(GRACE))
                .onComplete(result -> {
                    if (closed) {
                        return;
                    }
                    if (result.succeeded()) {
                        figures.exported(batch.spans.size());
                        done();
                    } else {
                        failed(batch, ExportFailure.of(result.cause()));
                    }
                });
    }

    private void failed(Batch batch, ExportFailure failure) {
        figures.failed();
        long pause = pauseMillis(batch.attempts);
        boolean inTime = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause) - batch.giveUpAt < 0;
        if (failure.retryable() && inTime) {
            complain(failure.reason());
            context.setTimer(pause, timer -> {
                if (!closed) {
                    export(batch);
                }
            });
        } else {
            figures.gaveUp(
                    batch.spans.size(), failure.retryable() ? DropReason.RETRIES_EXHAUSTED : DropReason.REJECTED);
            complain(failure.reason());
            done();
        }
    }

    private void done() {
        exports--;
        exportNext();
        completeIfIdle();
    }

    private void completeIfIdle() {
        if (closing && exports == 0 && buffer.isEmpty()) {
            idle.tryComplete();
        }
    }

    /** The result of something asynchronous, on this context, at the latest after {@code timeout}. */
    private Future<Void> attempt(Supplier<CompletableResultCode> action, Duration timeout) {
        Promise<Void> done = context.promise();
        try {
            CompletableResultCode result = action.get();
            result.whenComplete(() -> {
                if (result.isSuccess()) {
                    done.complete();
                } else {
                    Throwable cause = result.getFailureThrowable();
                    done.fail(cause == null ? new IllegalStateException("no reason given") : cause);
                }
            });
        } catch (RuntimeException e) {
            done.fail(e);
        }
        return done.future().timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Doubles from one attempt to the next; the half of it is chance, lest many processes come back at once. */
    private static long pauseMillis(int attempts) {
        long pause = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempts - 1, 16));
        return pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
    }

    private void complain(String reason) {
        if (log.passes()) {
            LOG.warn(
                    "Spans do not get to {}: {}. Exported so far {}, buffered {}, lost {}",
                    exporter.settings().label(),
                    reason,
                    figures.exported(),
                    buffer.size(),
                    figures.losses());
        }
    }
}
