package io.redistributed.export;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the spans out of the queue, a batch at a time, and gives each batch to every worker. It empties the queue whatever
 * the workers do, since each of them decides alone what it can keep.
 *
 * <p>Runs on the verticle's context, except where said.
 */
final class SpanDrain {

    private static final Logger log = LoggerFactory.getLogger(SpanDrain.class);

    private final ContextInternal context;
    private final SpanQueue queue;
    private final ExportSettings settings;
    private final List<ExporterWorker> workers;
    private final List<SpanData> batch;
    private final OncePerMinute dropsLogged = new OncePerMinute();
    private long timer;
    private long knownDropped;
    private boolean draining;
    private boolean stopped;

    SpanDrain(ContextInternal context, SpanQueue queue, ExportSettings settings, List<ExporterWorker> workers) {
        this.context = context;
        this.queue = queue;
        this.settings = settings;
        this.workers = workers;
        batch = new ArrayList<>(settings.batchSize());
    }

    void start() {
        knownDropped = queue.figures().dropped();
        queue.onSize(settings.batchSize(), this::wake);
        queue.onFlush(this::forceFlush);
        timer = context.setPeriodic(settings.delay().toMillis(), tick -> drain());
        drain();
    }

    /**
     * Gives the workers all that has ended up to now. From any thread; completes on the context of the caller.
     */
    Future<Void> flush() {
        Promise<Void> done = context.owner().getOrCreateContext().promise();
        handOver().onComplete(done);
        return done.future();
    }

    /** Gives the workers all that has ended up to now, and closes them. */
    Future<Void> close() {
        context.owner().cancelTimer(timer);
        queue.disarm();
        queue.onFlush(CompletableResultCode::ofSuccess);
        return handOver().compose(flushed -> {
            stopped = true;
            if (queue.figures().dropped() > knownDropped) {
                tellOverflow(queue.figures().dropped());
            }
            return Future.all(workers.stream().map(ExporterWorker::close).toList())
                    .mapEmpty();
        });
    }

    /** Waits for the exports as well. From any thread, also as Vert.x closes. */
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

    /** Completes on the context of this. */
    private Future<Void> handOver() {
        Promise<Void> done = context.promise();
        long target = queue.accepted();
        context.runOnContext(now -> drainTo(target, done));
        return done.future();
    }

    /** On a thread that ends a span, which must not hear of a Vertx that is closing. */
    private void wake() {
        try {
            context.runOnContext(now -> drain());
        } catch (RejectedExecutionException closing) {
            log.debug("Spans ended after the event loop", closing);
        }
    }

    private void drain() {
        if (!draining && !stopped) {
            complainOfOverflow();
            drainOn();
        }
    }

    /** One batch per turn of the event loop, so that a full queue does not keep it. */
    private void drainOn() {
        draining = !stopped && nextBatch() == settings.batchSize();
        if (draining) {
            context.runOnContext(now -> drainOn());
        } else if (!stopped) {
            queue.arm();
        }
    }

    private void drainTo(long target, Promise<Void> done) {
        if (stopped || queue.taken() >= target) {
            done.complete();
        } else {
            nextBatch();
            context.runOnContext(now -> drainTo(target, done));
        }
    }

    private int nextBatch() {
        int size = queue.drain(span -> batch.add(span.toSpanData()), settings.batchSize());
        if (size > 0) {
            workers.forEach(worker -> worker.offer(batch));
            batch.clear();
        }
        return size;
    }

    private void tellOverflow(long dropped) {
        log.warn(
                "The span queue of {} was full: lost {} spans, {} in total",
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
