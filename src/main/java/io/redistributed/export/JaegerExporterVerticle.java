package io.redistributed.export;

import io.redistributed.export.collector.Exporter;
import io.redistributed.export.collector.ExporterSettings;
import io.redistributed.export.jaeger.JaegerGrpcExporter;
import io.redistributed.export.otlp.OtlpExporter;
import io.redistributed.export.store.SdkSpans;
import io.redistributed.export.store.TraceStore;
import io.redistributed.settings.Settings;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Exports the spans of its {@link SpanPipeline}. Takes spans from the queue as they end and passes them to every exporter. Each exporter has its own buffer, so that a slow one does not delay the others.
 *
 * <p>Deploy one instance per Vertx; a second one fails. The config overrides the settings of the pipeline (durations are strings
 * with a unit: {@code "100ms"}, {@code "5s"}, {@code "2m"}, {@code "1h"}):
 *
 * <table>
 * <caption>Config</caption>
 * <tr><td>{@code exporters}</td><td>array of names or objects, {@code ["store"]}; see below</td></tr>
 * <tr><td>{@code batchSize}</td><td>maximum size of a batch, which is exported at once when it is full; 2048</td></tr>
 * <tr><td>{@code delay}</td><td>maximum wait of a span in a batch that is not full; 100ms</td></tr>
 * <tr><td>{@code inFlight}</td><td>concurrent batches per exporter, at most 5; 4</td></tr>
 * <tr><td>{@code buffer}</td><td>maximum spans waiting for one exporter, without those in flight, and KiB of them; 65536. All
 * exporters together take at most an eighth of the heap</td></tr>
 * <tr><td>{@code timeout}</td><td>of one attempt to export; 10s</td></tr>
 * <tr><td>{@code retryFor}</td><td>how long a batch is retried, with pauses from 0.1 s doubling to 5 s; 60s</td></tr>
 * <tr><td>{@code flushTimeout}</td><td>how long undeployment waits for the remaining spans; 5s</td></tr>
 * </table>
 *
 * Exporters, by name or as an object:
 *
 * <ul>
 *   <li>{@code store}: the {@link TraceStore} of the pipeline;
 *   <li>{@code jaeger}: {@code {"type": "jaeger", "endpoint": "http://localhost:14250"}}, Jaeger's own gRPC;
 *   <li>{@code otlp}: {@code {"type": "otlp", "endpoint": "http://localhost:4317", "protocol": "grpc", "headers": {…}}},
 *       or {@code "protocol": "http/protobuf"} with {@code http://localhost:4318}, where {@code /v1/traces} is added to
 *       an endpoint without a path.
 * </ul>
 *
 * {@code otlp} also takes {@code compression} ({@code none} or {@code gzip}). Both take a {@code timeout} of their own, and
 * for {@code https} files in PEM: {@code certificate} of the authorities to trust instead of the JVM's, {@code clientKey}
 * (PKCS #8) and {@code clientCertificate} for client authentication.
 *
 * Deployment fails with an {@link IllegalArgumentException} that names the key if the config is wrong, and with an
 * {@link IllegalStateException} if no pipeline is installed. The collector need not be reachable. Spans may arrive twice if the response to an attempt is lost. After an attempt that timed out, the next one uses a new connection.
 */
public final class JaegerExporterVerticle extends VerticleBase {

    private SpanPipeline pipeline;
    private SpanDrain drain;

    @Override
    public Future<?> start() {
        pipeline = SpanPipeline.of(vertx);
        ExportSettings settings = ExportSettings.from(
                Settings.ofVerticle(config()),
                Settings.ofNode(config(), "tracing").array("exporters", JsonArray.of("store")));
        return vertx.executeBlocking(
                        () -> settings.exporters().stream().map(this::exporter).toList())
                .compose(exporters -> start(settings, exporters));
    }

    /** Blocks: reads certificates. */
    private Exporter exporter(ExporterSettings settings) {
        try {
            return switch (settings.type()) {
                case ExporterSettings.STORE -> new TraceStoreExporter(pipeline.store(), new SdkSpans());
                case ExporterSettings.JAEGER -> new JaegerGrpcExporter(vertx, settings);
                default -> new OtlpExporter(vertx, settings);
            };
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(settings.label() + ": " + e.getMessage(), e);
        }
    }

    private Future<Void> start(ExportSettings settings, List<Exporter> exporters) {
        Map<String, Integer> counts = new HashMap<>();
        List<ExporterFigures> figures = new ArrayList<>();
        List<ExporterWorker> workers = new ArrayList<>();
        for (int i = 0; i < exporters.size(); i++) {
            ExporterSettings its = settings.exporters().get(i);
            String type = PipelineMetrics.type(its);
            String name = type + '/' + (counts.merge(type, 1, Integer::sum) - 1);
            ExporterFigures account =
                    new ExporterFigures(its, name, pipeline.queue().taken());
            figures.add(account);
            workers.add(new ExporterWorker(context, exporters.get(i), settings, account, pipeline.durations(account)));
        }
        drain = new SpanDrain(context, pipeline.queue(), settings, workers);
        try {
            pipeline.attach(drain, figures);
        } catch (IllegalStateException taken) {
            return Future.all(workers.stream().map(ExporterWorker::close).toList())
                    .compose(closed -> Future.failedFuture(taken));
        }
        drain.start();
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        return drain.close().onComplete(closed -> pipeline.detach());
    }
}
