package io.redistributed.api;

import io.redistributed.export.MetricsPage;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;

/** {@code /metrics}: all metrics of this process, as Prometheus reads them. */
final class MetricsHandler {

    static final String PATH = "/metrics";

    private static final String OPEN_METRICS = "application/openmetrics-text";

    private final MetricsPage metrics;
    private final Supplier<Future<Void>> refresh;

    /** @param refresh brings those figures up to date that are not kept, and succeeds */
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
                // Unordered: who looks at metrics need not wait for other work of this node.
                .compose(fresh -> routing.vertx().executeBlocking(() -> metrics.render(openMetrics), false))
                .compose(rendered -> routing.response()
                        .putHeader("content-type", rendered.contentType())
                        .putHeader("vary", "accept")
                        .end(Buffer.buffer(rendered.body())))
                .onFailure(routing::fail);
    }
}
