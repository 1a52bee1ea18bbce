package io.redistributed.api;

import io.redistributed.api.http.Routes;
import io.redistributed.export.MetricsPage;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;

/** Serves {@code /metrics}: all metrics of this process in Prometheus format. */
final class MetricsHandler {

    static final String PATH = "/metrics";

    private static final String OPEN_METRICS = "application/openmetrics-text";

    private final MetricsPage metrics;

    MetricsHandler(MetricsPage metrics) {
        this.metrics = metrics;
    }

    void mount(Routes routes) {
        routes.get(PATH).handler(this::get);
    }

    private void get(RoutingContext routing) {
        boolean openMetrics = Accepted.best(routing.request().headers(), "text/plain", OPEN_METRICS)
                .equals(OPEN_METRICS);
        QueueGauges.refresh(routing.vertx())
                // Unordered, so that a scrape does not wait for other work of this node.
                .compose(fresh -> routing.vertx().executeBlocking(() -> metrics.render(openMetrics), false))
                .compose(rendered -> routing.response()
                        .putHeader("content-type", rendered.contentType())
                        .putHeader("vary", "accept, accept-encoding")
                        .end(Buffer.buffer(rendered.body())))
                .onFailure(routing::fail);
    }
}
