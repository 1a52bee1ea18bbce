package io.redistributed.api;

import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.api.events.EventsHandler;
import io.redistributed.api.http.Gate;
import io.redistributed.api.http.HttpListener;
import io.redistributed.api.http.OtherOrigins;
import io.redistributed.api.http.Problems;
import io.redistributed.api.http.RequestBodies;
import io.redistributed.api.http.RequestEnd;
import io.redistributed.api.http.RequestTrace;
import io.redistributed.api.http.Routes;
import io.redistributed.api.reports.ReportTypes;
import io.redistributed.api.reports.ReportTypesHandler;
import io.redistributed.api.reports.ReportsHandler;
import io.redistributed.api.reports.SubmitHandler;
import io.redistributed.api.reports.WorkersHandler;
import io.redistributed.api.traces.TraceRoutes;
import io.redistributed.export.MetricsPage;
import io.redistributed.export.SpanPipeline;
import io.redistributed.queue.QueueSettings;
import io.redistributed.queue.ReportQueue;
import io.redistributed.redis.RedisRefusedException;
import io.redistributed.settings.NodeSettings;
import io.redistributed.settings.Settings;
import io.redistributed.system.Host;
import io.redistributed.telemetry.Telemetry;
import io.redistributed.vertx.server.ReceivedRequest;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.ext.web.Router;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the HTTP API and the web page at its root; {@code GET /openapi.yaml} describes the API. Instances of one
 * process share the port. Every request that {@link #isTraced} gets a SERVER span, which continues the client's {@code
 * traceparent}.
 *
 * <p>Configuration: {@code host}, default 127.0.0.1; {@code port}, default 8080, 0 for any free port; {@code
 * maxBodyBytes}, default 32 MiB; {@code maxInputBytes}, default 256 MiB; {@code maxConnections}, default 8192; {@code http2}, default false; {@code hosts},
 * host names in addition to localhost, default none; and the {@linkplain Settings#NODE settings of the node}.
 */
public final class HttpVerticle extends VerticleBase {

    private static final Logger log = LoggerFactory.getLogger(HttpVerticle.class);

    private static final long DRAIN_SECONDS = 10;

    private HttpSettings settings;
    private ReportQueue queue;
    private SubmitHandler submits;
    private ReportsHandler reports;
    private EventsHandler events;
    private HttpServer server;

    /**
     * Whether a request gets a span. Requests for health, traces, metrics, the page and its reads are excluded as noise, event
     * streams because they last for hours, and OTLP requests because each exported span would create another one.
     */
    public static boolean isTraced(ReceivedRequest request) {
        String path = withoutSlash(request.path());
        return path == null
                || !PageHandler.isForPage(request)
                        && !path.startsWith(HealthHandler.PREFIX)
                        && !TraceRoutes.serve(path)
                        && !path.startsWith(PageHandler.PREFIX)
                        && !path.equals(SessionHandler.PATH)
                        && !path.endsWith(EventsHandler.PATH)
                        && !path.equals(MetricsHandler.PATH);
    }

    /** Routes match with a slash at the end, too. */
    private static String withoutSlash(String path) {
        return path != null && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    @Override
    public Future<?> start() {
        JsonObject config = config();
        String jaeger = Settings.ofNode(config, "tracing").object("jaeger").getString("ui");
        settings = HttpSettings.from(Settings.ofVerticle(config));
        return Gate.start(vertx, config, settings.host())
                .compose(gate -> start(gate, config, jaeger))
                .onFailure(cause -> {
                    if (queue != null) {
                        queue.close();
                    }
                });
    }

    private Future<?> start(Gate gate, JsonObject config, String jaeger) {
        OpenTelemetry openTelemetry = Telemetry.of(vertx).service(Telemetry.API);
        QueueSettings queueSettings = QueueSettings.from(Settings.ofNode(config, "queue"));
        return ReportQueue.connect(
                        vertx,
                        NodeSettings.redis(Settings.ofNode(config, "redis")),
                        queueSettings,
                        NodeSettings.channels(Settings.ofNode(config, "tracing").array("channels", new JsonArray())),
                        openTelemetry)
                .onSuccess(connected -> queue = connected)
                .compose(connected -> vertx.executeBlocking(() -> EntryHandler.load(jaeger)))
                .compose(entry -> {
                    ReportTypes types = new ReportTypes(vertx, queue, openTelemetry);
                    types.refreshEvery(queueSettings.heartbeatInterval());
                    // Missing types are read again when a report needs them.
                    return types.refresh()
                            .mapEmpty()
                            .recover(cause -> cause instanceof RedisRefusedException
                                    ? Future.succeededFuture()
                                    : Future.failedFuture(cause))
                            .compose(known -> listen(entry, types, gate));
                });
    }

    /**
     * Stops accepting requests, completes long polls and event streams, drains other requests for up to 10 s, and
     * disconnects from Redis.
     */
    @Override
    public Future<?> stop() {
        Future<Void> drained = server.shutdown(DRAIN_SECONDS, TimeUnit.SECONDS);
        reports.endWaiting();
        events.close();
        return drained.transform(closed -> {
            submits.close();
            return queue.close();
        });
    }

    private Future<HttpServer> listen(EntryHandler entry, ReportTypes types, Gate gate) {
        Problems problems = new Problems();
        HttpListener listener = new HttpListener(
                context, settings.host(), settings.port(), settings.maxConnections(), TracingPolicy.ALWAYS);
        return (settings.http2() ? listener.http2() : listener)
                .tls(settings.tls())
                .listen(vertx, router(entry, types, problems, gate))
                .onSuccess(listening -> {
                    server = listening;
                    log.info(
                            "The API is at {}://{}:{}/",
                            settings.tls().scheme(),
                            Host.inUrl(settings.host()),
                            listening.actualPort());
                });
    }

    private Router router(EntryHandler entry, ReportTypes types, Problems problems, Gate gate) {
        Router router = Router.router(vertx);
        OtherOrigins others = new OtherOrigins(settings.hosts());
        router.route().handler(routing -> {
            RequestEnd.watch(routing);
            RequestTrace.begin(routing);
            others.refuse(routing);
            routing.next();
        });
        RequestBodies bodies = new RequestBodies(vertx, settings.maxBodyBytes());
        Routes routes = new Routes(router, gate);
        SpanPipeline spans = SpanPipeline.of(vertx);
        // Reports come first, as routes are tried in order.
        submits = new SubmitHandler(
                vertx, config(), queue, types, bodies, settings.maxBodyBytes(), settings.maxInputBytes());
        submits.mount(routes);
        reports = new ReportsHandler(vertx, queue);
        reports.mount(routes);
        TraceRoutes.mount(vertx, routes, spans, problems, bodies, settings.maxBodyBytes());
        entry.mount(routes);
        events = new EventsHandler(vertx, context, queue);
        events.mount(routes);
        new ReportTypesHandler(types).mount(routes);
        new WorkersHandler(vertx, queue).mount(routes);
        QueueGauges.record(vertx, Telemetry.of(vertx).service(Telemetry.API), context, queue);
        new MetricsHandler(MetricsPage.of(vertx)).mount(routes);
        new HealthHandler(queue, gate).mount(routes);
        new SessionHandler(gate).mount(routes);
        routes.refuseOtherMethods();
        problems.mount(router);
        return router;
    }
}
