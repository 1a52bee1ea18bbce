package io.redistributed.worker;

import static io.redistributed.testing.Waiting.await;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.redistributed.generate.SimulatedGenerator;
import io.redistributed.pubsub.ChannelPolicies;
import io.redistributed.queue.NewReport;
import io.redistributed.queue.QueueSettings;
import io.redistributed.queue.Report;
import io.redistributed.queue.ReportQueue;
import io.redistributed.settings.NodeSettings;
import io.redistributed.settings.Settings;
import io.redistributed.telemetry.Telemetry;
import io.redistributed.testing.RedisServer;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Real workers on a real Redis, with the generators {@code held} and {@code simulated}. */
final class WorkerFixture implements AutoCloseable {

    static final Duration LONG = Duration.ofMinutes(10);

    final RedisServer redis;
    final Vertx vertx;
    final HeldGenerator held = new HeldGenerator();
    final ReportQueue queue;

    private final JsonObject node;
    private String heldDeployment;
    private final Context context;
    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final OpenTelemetrySdk openTelemetry = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .build();

    /** @param rules the {@code queue} part of the configuration */
    WorkerFixture(Vertx vertx, RedisServer redis, JsonObject rules) {
        this(vertx, redis, new JsonObject().put("endpoints", JsonArray.of(redis.url())), rules);
    }

    private WorkerFixture(Vertx vertx, RedisServer redis, JsonObject reached, JsonObject rules) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.redis = redis;
        this.node = new JsonObject().put("redis", reached).put("queue", rules);
        new Telemetry(service -> openTelemetry).install(vertx);
        deployHeld();
        await(vertx.deployVerticle(new SimulatedGenerator()));
        QueueSettings settings = QueueSettings.from(new Settings(rules, "queue."));
        this.queue = get(() -> ReportQueue.connect(
                vertx,
                NodeSettings.redis(new Settings(reached, "redis.")),
                settings,
                ChannelPolicies.BINARY,
                openTelemetry));
    }

    /** Short leases and pauses. */
    static WorkerFixture quick(Vertx vertx, RedisServer redis) {
        return new WorkerFixture(vertx, redis, quickRules());
    }

    /** On servers of the test, reached by the {@code redis} part of a configuration. */
    static WorkerFixture quick(Vertx vertx, JsonObject reached, int partitions) {
        return new WorkerFixture(vertx, null, reached, quickRules().put("partitions", partitions));
    }

    static JsonObject quickRules() {
        return new JsonObject().put("lease", "1s").put("backoff", "10ms").put("maxCrashes", 10);
    }

    void deployHeld() {
        heldDeployment = await(vertx.deployVerticle(held));
    }

    void undeployHeld() {
        await(vertx.undeploy(heldDeployment));
    }

    String deployWorker(int slots, String drain) {
        return await(tryDeployWorker(slots, drain));
    }

    Future<String> tryDeployWorker(int slots, String drain) {
        JsonObject config =
                new JsonObject().put("slots", slots).put("drain", drain).put(Settings.NODE, node);
        return vertx.deployVerticle(new WorkerVerticle(), new DeploymentOptions().setConfig(config));
    }

    static NewReport simulated() {
        return new NewReport("simulated", new JsonObject(), Buffer.buffer());
    }

    String submit(String type, JsonObject parameters) {
        return get(() -> queue.submit(new NewReport(type, parameters, Buffer.buffer())))
                .id();
    }

    String submitHeld() {
        return submit("held", new JsonObject());
    }

    /** Submits within a span {@code request}, the root of a new trace. */
    String submitTraced() {
        Span request = openTelemetry.getTracer("test").spanBuilder("request").startSpan();
        return get(() -> {
                    try (Scope current = request.makeCurrent()) {
                        return queue.submit(new NewReport("held", new JsonObject(), Buffer.buffer("input")))
                                .onComplete(submitted -> request.end());
                    }
                })
                .id();
    }

    Future<Optional<Report>> waitFor(String id) {
        return start(() -> queue.await(id, LONG, Promise.promise().future()));
    }

    Report ended(String id) {
        return await(waitFor(id)).orElseThrow();
    }

    Report find(String id) {
        return get(() -> queue.find(id)).orElseThrow();
    }

    List<SpanData> spans(String name) {
        return spans.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .toList();
    }

    String workerChannel() {
        return (String) ((List<?>) redis.cli("PUBSUB", "CHANNELS", "{rd:0}:worker:*")).get(0);
    }

    <T> T get(Supplier<Future<T>> call) {
        return await(start(call));
    }

    <T> Future<T> start(Supplier<Future<T>> call) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(v -> call.get().onComplete(promise));
        return promise.future();
    }

    @Override
    public void close() {
        held.letGoOfAll();
        get(queue::close);
        await(Future.join(vertx.deploymentIDs().stream().map(vertx::undeploy).toList()));
        openTelemetry.close();
        if (redis != null) {
            redis.close();
        }
    }
}
