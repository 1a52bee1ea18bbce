package io.redistributed.export;

import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.redistributed.settings.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Ours, drained on an event loop as the exporter verticle does, for no exporter. */
final class SpanQueueContender implements Contender {

    private final Vertx vertx = Vertx.vertx();
    private final ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
    private final SpanQueue queue = new SpanQueue(CAPACITY);
    private volatile CountDownLatch gate = new CountDownLatch(0);

    SpanQueueContender() {
        ExportSettings settings =
                ExportSettings.from(new Settings(new JsonObject().put("batchSize", BATCH), "export"), new JsonArray());
        context.runOnContext(now -> new SpanDrain(context, queue, settings, List.of()).start());
    }

    @Override
    public SpanProcessor processor() {
        return queue;
    }

    @Override
    public int hold(ReadableSpan span) throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        gate = new CountDownLatch(1);
        context.runOnContext(now -> {
            held.countDown();
            Gates.await(gate);
        });
        held.await();
        return 0;
    }

    @Override
    public void release() {
        gate.countDown();
    }

    @Override
    public long consumed() {
        return queue.taken();
    }

    @Override
    public void close() throws InterruptedException {
        CountDownLatch closed = new CountDownLatch(1);
        vertx.close().onComplete(done -> closed.countDown());
        closed.await();
    }
}
