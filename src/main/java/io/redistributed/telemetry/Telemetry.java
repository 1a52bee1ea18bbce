package io.redistributed.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.vertx.internal.NodeContext;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.function.Function;

/**
 * Provides the OpenTelemetry of a verticle. One process can run several <em>services</em>, such as an API and a report generator, which Jaeger shows separately. So there is one {@link OpenTelemetry} per service name.
 *
 * <p>Verticles are created by name, without arguments, and find shared objects through their {@link Vertx}. Call {@link #install} before the first deployment. Thread-safe.
 */
public final class Telemetry {

    /** The service name of the HTTP API's spans. */
    public static final String API = "api";

    /** The service name of the workers' and generators' spans. */
    public static final String REPORT_GENERATOR = "report-generator";

    private static final Telemetry NOOP = new Telemetry(service -> OpenTelemetry.noop());

    private final Function<String, OpenTelemetry> services;

    /**
     * @param services returns the OpenTelemetry of a service name; called from any thread, must return the same instance for the same name
     */
    public Telemetry(Function<String, OpenTelemetry> services) {
        this.services = Objects.requireNonNull(services);
    }

    /** Returns the telemetry installed in {@code vertx}, or a no-op telemetry. */
    public static Telemetry of(Vertx vertx) {
        return NodeContext.of(vertx).find(Telemetry.class).orElse(NOOP);
    }

    /** Makes this the telemetry of {@code vertx}. */
    public void install(Vertx vertx) {
        NodeContext.of(vertx).put(Telemetry.class, this);
    }

    public OpenTelemetry service(String name) {
        return services.apply(name);
    }
}
