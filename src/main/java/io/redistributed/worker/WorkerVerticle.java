package io.redistributed.worker;

import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.queue.QueueSettings;
import io.redistributed.settings.NodeSettings;
import io.redistributed.settings.Settings;
import io.redistributed.telemetry.Telemetry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a worker: takes reports from the worker's Redis channel in each partition, runs the generators of this process,
 * and writes the outcomes. Each attempt is a CONSUMER span {@code process reports} in the trace of the request.
 *
 * <p>Configuration: {@code slots}, concurrent attempts, split evenly among the partitions, default 16; {@code drain},
 * how long a stopping worker waits for running attempts, default 10 s; and the
 * {@link Settings#NODE settings of the node}.
 */
public final class WorkerVerticle extends VerticleBase {

    private static final Logger log = LoggerFactory.getLogger(WorkerVerticle.class);

    private List<PartitionWorker> partitions;

    @Override
    public Future<?> start() {
        JsonObject config = config();
        QueueSettings queueSettings = QueueSettings.from(Settings.ofNode(config, "queue"));
        OpenTelemetry openTelemetry = Telemetry.of(vertx).service(Telemetry.REPORT_GENERATOR);
        WorkerSetup setup = new WorkerSetup(
                WorkerId.next(),
                WorkerSettings.from(Settings.ofVerticle(config), queueSettings.partitions()),
                queueSettings,
                NodeSettings.redis(Settings.ofNode(config, "redis")),
                WorkerSetup.telemetry(openTelemetry, Settings.ofNode(config, "tracing")),
                openTelemetry,
                new Rejections(openTelemetry));
        partitions = IntStream.range(0, queueSettings.partitions())
                .mapToObj(partition -> new PartitionWorker(vertx, setup, partition))
                .toList();
        List<Future<Void>> starting =
                partitions.stream().map(PartitionWorker::start).toList();
        return Future.join(starting)
                .onSuccess(all -> log.info(
                        "Worker {} started with {} slots",
                        setup.worker(),
                        setup.settings().slots()))
                // Vert.x does not call stop() if start() fails.
                .recover(cause -> stopAll(IntStream.range(0, partitions.size())
                                .filter(partition -> starting.get(partition).succeeded())
                                .mapToObj(partitions::get)
                                .toList())
                        .transform(stopped -> Future.failedFuture(cause)));
    }

    /** Stops taking reports, lets running attempts finish within {@code drain}, and returns the others to the queue. */
    @Override
    public Future<?> stop() {
        return stopAll(partitions);
    }

    private static Future<?> stopAll(List<PartitionWorker> partitions) {
        return Future.join(partitions.stream().map(PartitionWorker::stop).toList());
    }
}
