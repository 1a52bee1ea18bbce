package io.redistributed.export;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.redistributed.export.collector.ExportResult;
import io.redistributed.export.collector.Exporter;
import io.redistributed.export.collector.ExporterSettings;
import io.redistributed.export.collector.SpanBatch;
import io.redistributed.export.collector.TlsSettings;
import io.redistributed.settings.Settings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What exporters may do that no collector can make the built-in ones do. */
@ExtendWith(VertxExtension.class)
class ExporterWorkerTest {

    private static final ExporterSettings ANY =
            new ExporterSettings("any", null, null, Map.of(), TlsSettings.NONE, "none", Duration.ofMillis(1));
    private static final SpanData SPAN = span("span");

    private static final JsonObject IMPATIENT = JsonObject.of("retryFor", "0s", "batchSize", 1);

    private ContextInternal context;
    private final ExporterFigures figures = new ExporterFigures(ANY, "any/0", 0);

    @BeforeEach
    void start(Vertx vertx) {
        context = (ContextInternal) vertx.getOrCreateContext();
    }

    @Test
    void ignoresResultAfterClose() {
        Promise<ExportResult> result = Promise.promise();
        ExporterWorker worker = worker(() -> new Batch(result::future), JsonObject.of("flushTimeout", "1ms"));
        context.runOnContext(now -> worker.offer(List.of(SPAN)));
        close(worker);
        assertThat(lost(DropReason.SHUTDOWN)).isEqualTo(1);

        result.complete(ExportResult.COMPLETE);
        await(Future.future(turn -> context.runOnContext(now -> turn.complete())));

        assertThat(figures.now().exported()).isZero();
        assertThat(figures.now().inFlight()).isZero();
    }

    @Test
    void throwingExporterFails() {
        ExporterWorker worker = worker(
                () -> new Batch(() -> {
                    throw new IllegalStateException("broken");
                }),
                IMPATIENT);

        context.runOnContext(now -> worker.offer(List.of(SPAN)));

        await().until(() -> lost(DropReason.RETRIES_EXHAUSTED) == 1);
        assertThat(figures.now().inFlight()).isZero();
    }

    @Test
    void spanThatCannotBeWrittenDoesNotTakeOthersAlong() {
        SpanData broken = span("broken");
        ExporterWorker worker = worker(
                () -> new Batch(() -> Future.succeededFuture(ExportResult.COMPLETE)) {
                    @Override
                    public boolean add(SpanData span) {
                        if (span == broken) {
                            throw new IllegalArgumentException("an attribute of no known type");
                        }
                        return super.add(span);
                    }
                },
                JsonObject.of("batchSize", 3));

        context.runOnContext(now -> worker.offer(List.of(SPAN, broken, SPAN, SPAN)));

        await().until(() -> figures.now().exported() == 3);
        assertThat(lost(DropReason.REJECTED)).isEqualTo(1);
        assertThat(figures.now().offered()).isEqualTo(4);
    }

    private static class Batch implements SpanBatch {

        private final Supplier<Future<ExportResult>> export;
        private int spans;

        Batch(Supplier<Future<ExportResult>> export) {
            this.export = export;
        }

        @Override
        public boolean takes(SpanData span) {
            return true;
        }

        @Override
        public boolean add(SpanData span) {
            spans++;
            return true;
        }

        @Override
        public int size() {
            return spans;
        }

        @Override
        public int bytes() {
            return 0;
        }

        @Override
        public Future<ExportResult> export() {
            return export.get();
        }
    }

    private static SpanData span(String name) {
        return TestSpanData.builder()
                .setName(name)
                .setKind(SpanKind.INTERNAL)
                .setStatus(StatusData.unset())
                .setStartEpochNanos(1)
                .setEndEpochNanos(2)
                .setHasEnded(true)
                .build();
    }

    private ExporterWorker worker(Exporter exporter, JsonObject settings) {
        return new ExporterWorker(
                context,
                exporter,
                ExportSettings.from(new Settings(settings, ""), JsonArray.of()),
                figures,
                new OperationDurations(
                        PipelineMetrics.durations(MeterProvider.noop().get("")), Attributes.empty()));
    }

    private long lost(DropReason reason) {
        return figures.now().dropped().get(reason);
    }

    private void close(ExporterWorker worker) {
        await(Future.<Void>future(
                closed -> context.runOnContext(now -> worker.close().onComplete(closed))));
    }
}
