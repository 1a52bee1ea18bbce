package io.redistributed.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.util.Objects;
import java.util.function.Function;

/**
 * Where a verticle finds its OpenTelemetry. One process can hold several <em>services</em> (an API and a report
 * generator, say), which Jaeger shows apart, so there is one {@link OpenTelemetry} per service name.
 *
 * <p>Verticles are created by name, without arguments; what they share reaches them through their {@link Vertx}, where
 * {@link #install} puts it before the first deployment. Safe to use from any thread.
 */
public final class Telemetry implements Shareable {

    /** Service name of the HTTP API's spans. */
    public static final String API = "api";

    /** Service name of the workers' and generators' spans. */
    public static final String REPORT_GENERATOR = "report-generator";

    private static final String MAP = "io.redistributed.telemetry";
    private static final Telemetry NOOP = new Telemetry(service -> OpenTelemetry.noop());

    private final Function<String, OpenTelemetry> services;

    /**
     * @param services gives the OpenTelemetry of a service name; called from any thread, must answer the same instance
     *     for the same name
     */
    public Telemetry(Function<String, OpenTelemetry> services) {
        this.services = Objects.requireNonNull(services);
    }

    /** The telemetry installed in {@code vertx}, or one that records nothing. */
    public static Telemetry of(Vertx vertx) {
        return map(vertx).getOrDefault(MAP, NOOP);
    }

    /** Makes this the telemetry of {@code vertx}. */
    public void install(Vertx vertx) {
        map(vertx).put(MAP, this);
    }

    public OpenTelemetry service(String name) {
        return services.apply(name);
    }

    private static LocalMap<String, Telemetry> map(Vertx vertx) {
        return vertx.sharedData().getLocalMap(MAP);
    }
}
