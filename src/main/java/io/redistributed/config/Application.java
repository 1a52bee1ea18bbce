package io.redistributed.config;

import io.redistributed.api.HttpVerticle;
import io.redistributed.embedded.EmbeddedRedis;
import io.redistributed.export.MetricsPage;
import io.redistributed.export.SpanPipeline;
import io.redistributed.export.SpanQueue;
import io.redistributed.export.files.TraceFiles;
import io.redistributed.export.store.TraceStore;
import io.redistributed.system.MachineFault;
import io.redistributed.telemetry.ServiceTracerFactory;
import io.redistributed.telemetry.Telemetry;
import io.redistributed.vertx.server.ServiceTransport;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running service: the embedded Redis if configured, the telemetry, one Vert.x, and the verticles. */
public final class Application implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Application.class);

    private static final int HOSTS_REFRESH_MILLIS = 1_000;
    private static final long START_SECONDS = 60;
    private static final long STOP_SECONDS = 30;

    private final Config config;
    private final TelemetryFactory telemetry;
    private final Vertx vertx;
    private final Deque<String> deployed = new ArrayDeque<>();
    private final TraceStore store = new TraceStore();
    private EmbeddedRedis redis;
    private TraceFiles traceFiles;

    private Application(Config config, String version) throws ConfigException {
        this.config = config;
        JsonObject tracing = config.tracing();
        int capacity = tracing.getInteger("queueCapacity", SpanQueue.DEFAULT_CAPACITY);
        SpanPipeline pipeline = new SpanPipeline(new SpanQueue(capacity), store);
        MetricsPage metrics = new MetricsPage();
        this.telemetry = new TelemetryFactory(pipeline.queue(), metrics, tracing, config.otel(), version);
        Telemetry services = telemetry.telemetry(config.services());
        // All services share the pipeline; the conventions define its figures per SDK.
        pipeline.recordBy(services.service(config.services().first()).getMeter(SpanPipeline.class.getPackageName()));
        this.vertx = Vertx.builder()
                // Otherwise Vert.x creates a folder in /tmp for class path files, which is not needed.
                .with(new VertxOptions()
                        // Event loops never block; fewer loops do more work per system call and wake-up.
                        .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors())
                        .setAddressResolverOptions(resolver())
                        .setFileSystemOptions(new FileSystemOptions().setClassPathResolvingEnabled(false)))
                .withTransport(new ServiceTransport())
                .withTracer(new ServiceTracerFactory(services, HttpVerticle::isTraced))
                .build();
        services.install(vertx);
        pipeline.install(vertx);
        metrics.install(vertx);
    }

    /** Otherwise Vert.x reads /etc/hosts once, and does not find a server again whose address in it has changed. */
    static AddressResolverOptions resolver() {
        return new AddressResolverOptions().setHostsRefreshPeriod(HOSTS_REFRESH_MILLIS);
    }

    /**
     * Starts everything, in the order of the file. Blocks until the service runs, at most about two minutes.
     *
     * @param version version of this program, for spans
     * @throws ConfigException if a part cannot be started; the message has its position, and everything started is stopped
     */
    public static Application start(Config config, String version) throws ConfigException {
        Application application = new Application(config, version);
        try {
            application.start();
            return application;
        } catch (ConfigException | RuntimeException e) {
            application.close();
            throw e;
        }
    }

    /** Completes with the last log lines of the embedded Redis if it ends permanently; never without an embedded Redis. */
    public CompletableFuture<Void> redisLost() {
        return redis == null ? new CompletableFuture<>() : redis.onExit();
    }

    /** Stops the verticles in reverse order, so that work in progress can end. Blocks, at most about a minute. */
    @Override
    public void close() {
        while (!deployed.isEmpty()) {
            String id = deployed.pop();
            await(vertx.undeploy(id), STOP_SECONDS, "undeploy " + id);
        }
        telemetry.close();
        await(vertx.close(), STOP_SECONDS, "close Vert.x");
        if (traceFiles != null) {
            traceFiles.close();
        }
        if (redis != null) {
            redis.close();
        }
    }

    private void start() throws ConfigException {
        if (config.hasEmbeddedRedis()) {
            startRedis();
        }
        if (config.traceData().isPresent()) {
            openTraceFiles(config.traceData().get());
        }
        for (Config.Deployment deployment : config.deployments(redis == null ? null : redis.url())) {
            deploy(deployment);
        }
    }

    private void startRedis() throws ConfigException {
        try {
            redis = EmbeddedRedis.start(config.redisData());
        } catch (IOException e) {
            String reason = MachineFault.describe(config.redisData().toString(), e);
            throw new ConfigException(config.source() + ": redis.data: " + reason, e);
        }
    }

    private void openTraceFiles(Path folder) throws ConfigException {
        try {
            traceFiles = TraceFiles.open(folder, store);
        } catch (IOException e) {
            String reason = MachineFault.describe(folder.toString(), e);
            throw new ConfigException(config.source() + ": tracing.data: " + reason, e);
        }
    }

    private void deploy(Config.Deployment deployment) throws ConfigException {
        try {
            deployed.push(vertx.deployVerticle(deployment.name(), deployment.options())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(START_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            throw failure(deployment, reason(e.getCause()), e.getCause());
        } catch (TimeoutException e) {
            throw failure(deployment, "did not start within " + START_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure(deployment, "was interrupted during startup", e);
        }
    }

    private ConfigException failure(Config.Deployment deployment, String reason, Throwable cause) {
        return new ConfigException(config.source() + ": " + deployment.failure(reason), cause);
    }

    private static String reason(Throwable cause) {
        String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        if (cause instanceof ClassNotFoundException) {
            return "class " + message + " not found on the class path";
        }
        if (cause instanceof NoSuchMethodException) {
            return "not a verticle: it has no public constructor without arguments";
        }
        boolean isOther = cause instanceof ClassCastException && message.contains(Deployable.class.getName());
        return isOther ? "not a verticle: it does not implement " + Deployable.class.getName() : message;
    }

    private static void await(Future<?> future, long seconds, String what) {
        try {
            future.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            log.warn("Could not {}", what, e.getCause());
        } catch (TimeoutException e) {
            log.warn("Could not {} within {} s", what, seconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
