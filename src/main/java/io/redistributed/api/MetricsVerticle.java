package io.redistributed.api;

import io.redistributed.api.http.Gate;
import io.redistributed.api.http.HttpListener;
import io.redistributed.api.http.OtherOrigins;
import io.redistributed.api.http.Problems;
import io.redistributed.api.http.Routes;
import io.redistributed.export.MetricsPage;
import io.redistributed.settings.Settings;
import io.redistributed.system.Host;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.ext.web.Router;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code GET /metrics} on its own port, for nodes without an {@link HttpVerticle} or whose API is not reachable
 * from the metrics system. {@code OTEL_METRICS_EXPORTER=prometheus} deploys it.
 *
 * <p>Configuration: {@code host}, default 127.0.0.1; {@code port}, default 9464, 0 for any free port; {@code hosts},
 * host names in addition to localhost, default none. Requests are neither traced nor counted.
 */
public final class MetricsVerticle extends VerticleBase {

    private static final Logger log = LoggerFactory.getLogger(MetricsVerticle.class);

    private static final int MAX_CONNECTIONS = 256;

    @Override
    public Future<?> start() {
        MetricsSettings settings = MetricsSettings.from(Settings.ofVerticle(config()));
        return Gate.start(vertx, config(), settings.host()).compose(gate -> listen(settings, gate));
    }

    private Future<?> listen(MetricsSettings settings, Gate gate) {
        Router router = Router.router(vertx);
        OtherOrigins others = new OtherOrigins(settings.hosts());
        router.route().handler(routing -> {
            others.refuse(routing);
            routing.next();
        });
        new MetricsHandler(MetricsPage.of(vertx)).mount(new Routes(router, gate));
        new Problems().mount(router);
        return new HttpListener(context, settings.host(), settings.port(), MAX_CONNECTIONS, TracingPolicy.IGNORE)
                .tls(settings.tls())
                .listen(vertx, router)
                .onSuccess(server -> log.info(
                        "Metrics are at {}://{}:{}{}",
                        settings.tls().scheme(),
                        Host.inUrl(settings.host()),
                        server.actualPort(),
                        MetricsHandler.PATH));
    }
}
