package io.redistributed.export;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.redistributed.vertx.internal.OncePerMinute;
import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes spans from the queue as they end, and passes them to every worker. Does not wait for workers, because each one bounds its own buffer.
 *
 * <p>Runs on the verticle's context, unless noted.
 */
final class SpanDrain {

    private static final Logger log = LoggerFactory.getLogger(SpanDrain.class);

    /** So few that the event loop is occupied for 0.1 ms. */
    private static final int PORTION = 128;

    private final Context context;
    private final SpanQueue queue;
    private final ExportSettings settings;
    private final List<ExporterWorker> workers;
    private final int portion;
    private final OncePerMinute dropsLogged = new OncePerMinute();
    private long timer;
    private long knownDropped;
    private boolean draining;
    private boolean due;
    private boolean stopped;

    SpanDrain(Context context, SpanQueue queue, ExportSettings settings, List<ExporterWorker> workers) {
        this.context = context;
        this.queue = queue;
        this.settings = settings;
        this.workers = workers;
        portion = Math.min(PORTION, settings.batchSize());
    }

    void start() {
        knownDropped = queue.figures().dropped();
        queue.onSize(portion, this::wake);
        queue.attach(this::forceFlush);
        timer = VertxInternals.setPeriodic(context, settings.delay().toMillis(), this::exportDue);
        drain();
    }

    /**
     * Passes all spans that have ended so far to the workers. Thread-safe; completes on the caller's context.
     */
    Future<Void> flush() {
        Promise<Void> done = VertxInternals.promise(context.owner());
        handOver().onComplete(done);
        return done.future();
    }

    /** Passes all spans that have ended so far to the workers, and closes the workers. */
    Future<Void> close() {
        context.owner().cancelTimer(timer);
        queue.detach();
        return handOver().compose(flushed -> {
            stopped = true;
            if (queue.figures().dropped() > knownDropped) {
                tellOverflow(queue.figures().dropped());
            }
            return Future.all(workers.stream().map(ExporterWorker::close).toList())
                    .mapEmpty();
        });
    }

    /** Also waits for the exports. Thread-safe, even while Vert.x closes. */
    private CompletableResultCode forceFlush() {
        CompletableResultCode result = new CompletableResultCode();
        try {
            handOver()
                    .compose(handedOver -> Future.join(
                            workers.stream().map(ExporterWorker::flush).toList()))
                    .onSuccess(flushed -> result.succeed())
                    .onFailure(result::failExceptionally);
        } catch (RejectedExecutionException closing) {
            result.failExceptionally(closing);
        }
        return result;
    }

    /** Completes on the verticle's context. */
    private Future<Void> handOver() {
        Promise<Void> done = VertxInternals.promise(context);
        long target = queue.accepted();
        context.runOnContext(now -> drainTo(target, done));
        return done.future();
    }

    /** Runs on a thread that ends a span, which must not fail because the Vertx is closing. */
    private void wake() {
        try {
            context.runOnContext(now -> drain());
        } catch (RejectedExecutionException closing) {
            log.debug("Spans ended after the event loop stopped", closing);
        }
    }

    private void exportDue() {
        due = true;
        drain();
    }

    private void drain() {
        if (!draining && !stopped) {
            complainOfOverflow();
            drainOn();
        }
    }

    /** Handles one portion per event loop turn, so that a full queue does not block the loop. */
    private void drainOn() {
        draining = !stopped && nextPortion() == portion;
        if (draining) {
            context.runOnContext(now -> drainOn());
        } else if (!stopped) {
            if (due) {
                due = false;
                workers.forEach(ExporterWorker::exportOpen);
            }
            queue.arm();
        }
    }

    private void drainTo(long target, Promise<Void> done) {
        if (stopped || queue.taken() >= target) {
            workers.forEach(ExporterWorker::exportOpen);
            done.complete();
        } else {
            nextPortion();
            context.runOnContext(now -> drainTo(target, done));
        }
    }

    private int nextPortion() {
        List<SpanData> spans = new ArrayList<>(portion);
        queue.drain(span -> spans.add(span.toSpanData()), portion);
        if (!spans.isEmpty()) {
            workers.forEach(worker -> worker.offer(spans));
        }
        return spans.size();
    }

    private void tellOverflow(long dropped) {
        log.warn(
                "Span queue of {} was full: lost {} spans, {} in total",
                queue.capacity(),
                dropped - knownDropped,
                dropped);
        knownDropped = dropped;
    }

    private void complainOfOverflow() {
        long dropped = queue.figures().dropped();
        if (dropped > knownDropped && dropsLogged.passes()) {
            tellOverflow(dropped);
        }
    }
}
