package io.redistributed.export;

import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** OpenTelemetry's own, with room for as many spans and an exporter that does nothing. */
final class BatchSpanProcessorContender implements Contender {

    private final Nowhere exporter = new Nowhere();
    private final BatchSpanProcessor processor;

    /** @param meters where it counts what it drops; without any it does not */
    BatchSpanProcessorContender(MeterProvider meters) {
        processor = BatchSpanProcessor.builder(exporter)
                .setMaxQueueSize(CAPACITY)
                .setMaxExportBatchSize(BATCH)
                .setScheduleDelay(Duration.ofMillis(100))
                .setMeterProvider(meters)
                .build();
    }

    @Override
    public SpanProcessor processor() {
        return processor;
    }

    @Override
    public int hold(ReadableSpan span) throws InterruptedException {
        exporter.held = new CountDownLatch(1);
        exporter.gate = new CountDownLatch(1);
        for (int i = 0; i < BATCH; i++) {
            processor.onEnd(span);
        }
        exporter.held.await();
        return BATCH;
    }

    @Override
    public void release() {
        exporter.gate.countDown();
    }

    @Override
    public long consumed() {
        return exporter.consumed;
    }

    @Override
    public void close() {
        processor.shutdown().join(10, TimeUnit.SECONDS);
    }

    private static final class Nowhere implements SpanExporter {

        volatile CountDownLatch held = new CountDownLatch(0);
        volatile CountDownLatch gate = new CountDownLatch(0);
        volatile long consumed;

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            held.countDown();
            Gates.await(gate);
            consumed += spans.size();
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
