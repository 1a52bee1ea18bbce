package io.redistributed.export;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.redistributed.export.collector.ExporterSettings;
import io.redistributed.export.collector.TlsSettings;
import io.redistributed.settings.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What exporters may do that no collector can make the built-in ones do. */
@ExtendWith(VertxExtension.class)
class ExporterWorkerTest {

    private static final ExporterSettings ANY =
            new ExporterSettings("any", null, null, Map.of(), TlsSettings.NONE, "none", Duration.ofMillis(1));
    private static final SpanData SPAN = TestSpanData.builder()
            .setName("span")
            .setKind(SpanKind.INTERNAL)
            .setStatus(StatusData.unset())
            .setStartEpochNanos(1)
            .setEndEpochNanos(2)
            .setHasEnded(true)
            .build();

    private static final JsonObject IMPATIENT = JsonObject.of("retryFor", "0s");

    private ContextInternal context;
    private final ExporterFigures figures = new ExporterFigures(ANY, "any/0", 0);

    @BeforeEach
    void start(Vertx vertx) {
        context = (ContextInternal) vertx.getOrCreateContext();
    }

    @Test
    void missingResultTimesOut() {
        List<CompletableResultCode> results = new CopyOnWriteArrayList<>();
        ExporterWorker worker = worker(
                () -> {
                    CompletableResultCode result = new CompletableResultCode();
                    results.add(result);
                    return result;
                },
                IMPATIENT);

        context.runOnContext(now -> worker.offer(List.of(SPAN)));
        await().until(() -> lost(DropReason.RETRIES_EXHAUSTED) == 1);

        results.get(0).succeed();
        close(worker);
        assertThat(figures.now().exported()).isZero();
        assertThat(figures.now().inFlight()).isZero();
    }

    @Test
    void ignoresResultAfterClose() {
        CompletableResultCode result = new CompletableResultCode();
        ExporterWorker worker = worker(() -> result, JsonObject.of("flushTimeout", "1ms"));
        context.runOnContext(now -> worker.offer(List.of(SPAN)));
        close(worker);
        assertThat(lost(DropReason.SHUTDOWN)).isEqualTo(1);

        result.succeed();
        await(Future.future(turn -> context.runOnContext(now -> turn.complete())));

        assertThat(figures.now().exported()).isZero();
        assertThat(figures.now().inFlight()).isZero();
    }

    @Test
    void throwingExporterFails() {
        ExporterWorker worker = worker(
                () -> {
                    throw new IllegalStateException("broken");
                },
                IMPATIENT);

        context.runOnContext(now -> worker.offer(List.of(SPAN)));

        await().until(() -> lost(DropReason.RETRIES_EXHAUSTED) == 1);
        assertThat(figures.now().inFlight()).isZero();
    }

    private ExporterWorker worker(Supplier<CompletableResultCode> export, JsonObject settings) {
        Exporter exporter = new Exporter(ANY, () -> exporter(export));
        return new ExporterWorker(
                context,
                exporter,
                new ExportClient(context, exporter, exporter.create()),
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

    private static SpanExporter exporter(Supplier<CompletableResultCode> export) {
        return new SpanExporter() {
            @Override
            public CompletableResultCode export(Collection<SpanData> spans) {
                return export.get();
            }

            @Override
            public CompletableResultCode flush() {
                return CompletableResultCode.ofSuccess();
            }

            @Override
            public CompletableResultCode shutdown() {
                throw new IllegalStateException("broken too");
            }
        };
    }
}
