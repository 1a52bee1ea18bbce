package io.redistributed.api;

import io.redistributed.api.http.Gate;
import io.redistributed.api.http.HttpListener;
import io.redistributed.api.http.OtherOrigins;
import io.redistributed.api.http.Problems;
import io.redistributed.api.http.RequestBodies;
import io.redistributed.api.http.RequestEnd;
import io.redistributed.api.http.Routes;
import io.redistributed.api.traces.OtlpGrpcHandler;
import io.redistributed.api.traces.TraceRoutes;
import io.redistributed.export.SpanPipeline;
import io.redistributed.settings.Settings;
import io.redistributed.system.Host;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.ext.web.Router;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the traces that other programs send: the trace page and OTLP over HTTP on one port, OTLP over gRPC on another.
 * Uses no Redis. Requests are not traced.
 *
 * <p>Configuration: {@code host}, default 127.0.0.1; {@code port}, default 4318; {@code grpcPort}, default 4317; {@code
 * hosts}, host names in addition to localhost, default none.
 */
public final class ViewerVerticle extends VerticleBase {

    private static final Logger log = LoggerFactory.getLogger(ViewerVerticle.class);

    private static final int MAX_CONNECTIONS = 1024;
    private static final int MAX_BODY_BYTES = 32 << 20;

    @Override
    public Future<?> start() {
        ViewerSettings settings = ViewerSettings.from(Settings.ofVerticle(config()));
        return Gate.start(vertx, config(), settings.host()).compose(gate -> start(settings, gate));
    }

    private Future<?> start(ViewerSettings settings, Gate gate) {
        SpanPipeline spans = SpanPipeline.of(vertx);
        RequestBodies bodies = new RequestBodies(vertx, MAX_BODY_BYTES);
        return vertx.executeBlocking(EntryHandler::loadViewer)
                .compose(entry -> new HttpListener(
                                context, settings.host(), settings.port(), MAX_CONNECTIONS, TracingPolicy.IGNORE)
                        .tls(settings.tls())
                        .listen(vertx, router(settings, entry, spans, bodies, gate)))
                .onSuccess(server -> log.info(
                        "The trace viewer is at {}://{}:{}/",
                        settings.tls().scheme(),
                        Host.inUrl(settings.host()),
                        server.actualPort()))
                .compose(server -> listenGrpc(settings, spans, bodies, gate));
    }

    private Router router(
            ViewerSettings settings, EntryHandler entry, SpanPipeline spans, RequestBodies bodies, Gate gate) {
        Router router = Router.router(vertx);
        OtherOrigins others = new OtherOrigins(settings.hosts());
        router.route().handler(routing -> {
            RequestEnd.watch(routing);
            others.refuse(routing);
            routing.next();
        });
        Problems problems = new Problems();
        Routes routes = new Routes(router, gate);
        entry.mount(routes);
        new SessionHandler(gate).mount(routes);
        TraceRoutes.mount(vertx, routes, spans, problems, bodies, MAX_BODY_BYTES);
        routes.refuseOtherMethods();
        problems.mount(router);
        return router;
    }

    private Future<HttpServer> listenGrpc(
            ViewerSettings settings, SpanPipeline spans, RequestBodies bodies, Gate gate) {
        Router router = Router.router(vertx);
        new OtlpGrpcHandler(vertx, spans.store(), bodies, gate).mount(router);
        return new HttpListener(context, settings.host(), settings.grpcPort(), MAX_CONNECTIONS, TracingPolicy.IGNORE)
                .http2()
                .tls(settings.tls())
                .listen(vertx, router)
                .onSuccess(server -> log.info(
                        "Send spans by OTLP to {}://{}:{} (HTTP) or {}://{}:{} (gRPC)",
                        settings.tls().scheme(),
                        Host.inUrl(settings.host()),
                        settings.port(),
                        settings.tls().scheme(),
                        Host.inUrl(settings.host()),
                        server.actualPort()));
    }
}
