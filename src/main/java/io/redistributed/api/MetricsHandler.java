package io.redistributed.api;

import io.redistributed.export.MetricsPage;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;

/** {@code /metrics}: all metrics of this process, as Prometheus reads them. */
final class MetricsHandler {

    static final String PATH = "/metrics";

    private final MetricsPage metrics;

    MetricsHandler(MetricsPage metrics) {
        this.metrics = metrics;
    }

    void mount(Routes routes) {
        routes.get(PATH).handler(this::get);
    }

    private void get(RoutingContext routing) {
        String accept = routing.request().getHeader("accept");
        // Unordered: who looks at metrics need not wait for other work of this node.
        routing.vertx()
                .executeBlocking(() -> metrics.render(accept), false)
                .compose(rendered -> routing.response()
                        .putHeader("content-type", rendered.contentType())
                        .end(Buffer.buffer(rendered.body())))
                .onFailure(routing::fail);
    }
}
