package io.redistributed.api;

import io.redistributed.api.http.Routes;
import io.redistributed.export.MetricsPage;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;

/** Serves {@code /metrics}: all metrics of this process in Prometheus format. */
final class MetricsHandler {

    static final String PATH = "/metrics";

    private static final String OPEN_METRICS = "application/openmetrics-text";

    private final MetricsPage metrics;
    private final Supplier<Future<Void>> refresh;

    /** @param refresh updates the metrics that are read on demand; always succeeds */
    MetricsHandler(MetricsPage metrics, Supplier<Future<Void>> refresh) {
        this.metrics = metrics;
        this.refresh = refresh;
    }

    void mount(Routes routes) {
        routes.get(PATH).handler(this::get);
    }

    private void get(RoutingContext routing) {
        boolean openMetrics =
                Accepted.best(routing.request(), "text/plain", OPEN_METRICS).equals(OPEN_METRICS);
        refresh.get()
                // Unordered, so that a scrape does not wait for other work of this node.
                .compose(fresh -> routing.vertx().executeBlocking(() -> metrics.render(openMetrics), false))
                .compose(rendered -> routing.response()
                        .putHeader("content-type", rendered.contentType())
                        .putHeader("vary", "accept, accept-encoding")
                        .end(Buffer.buffer(rendered.body())))
                .onFailure(routing::fail);
    }
}
