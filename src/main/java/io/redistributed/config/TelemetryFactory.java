package io.redistributed.config;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.resources.ResourceBuilder;
import io.redistributed.export.SpanQueue;
import io.redistributed.telemetry.Telemetry;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Builds one OpenTelemetry SDK per service, all writing to one span queue. The standard {@code OTEL_*} variables and
 * {@code otel.*} properties (service name, resource attributes, sampler, propagators, limits) win over the file; exporters
 * are not theirs to choose, as spans leave by the queue alone. A service name that they give is that of all services.
 */
final class TelemetryFactory implements AutoCloseable {

    private static final AttributeKey<String> SERVICE_NAME = AttributeKey.stringKey("service.name");
    private static final AttributeKey<String> SERVICE_VERSION = AttributeKey.stringKey("service.version");

    private final Map<String, OpenTelemetrySdk> services = new ConcurrentHashMap<>();
    private final SpanQueue queue;
    private final Map<String, String> defaults;
    private final String version;

    TelemetryFactory(SpanQueue queue, JsonObject tracing, String version) {
        this.queue = queue;
        this.defaults = defaults(tracing);
        this.version = version;
    }

    /** @throws ConfigException if the variables make no telemetry */
    Telemetry telemetry(Set<String> services) throws ConfigException {
        try {
            services.forEach(this::service);
        } catch (ConfigurationException e) {
            throw new ConfigException("OTEL_* variables or otel.* properties: " + e.getMessage());
        }
        return new Telemetry(this::service);
    }

    private OpenTelemetrySdk service(String name) {
        return services.computeIfAbsent(name, this::build);
    }

    @Override
    public void close() {
        services.values().forEach(OpenTelemetrySdk::close);
    }

    private OpenTelemetrySdk build(String service) {
        return AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook()
                .addPropertiesSupplier(() -> defaults)
                // Whatever the environment says: spans leave by the queue, metrics and logs are not exported.
                .addPropertiesCustomizer(properties -> Map.of(
                        "otel.traces.exporter", "none", "otel.metrics.exporter", "none", "otel.logs.exporter", "none"))
                .addResourceCustomizer((resource, properties) -> describe(resource, service))
                .addTracerProviderCustomizer((provider, properties) -> provider.addSpanProcessor(queue))
                .build()
                .getOpenTelemetrySdk();
    }

    private Resource describe(Resource resource, String service) {
        String given = resource.getAttribute(SERVICE_NAME);
        ResourceBuilder described = resource.toBuilder();
        if (given == null || given.startsWith("unknown_service")) {
            described.put(SERVICE_NAME, service);
        }
        if (resource.getAttribute(SERVICE_VERSION) == null) {
            described.put(SERVICE_VERSION, version);
        }
        return described.build();
    }

    private static Map<String, String> defaults(JsonObject tracing) {
        Map<String, String> properties = new HashMap<>();
        properties.put("otel.traces.sampler", tracing.getString("sampler", "parentbased_always_on"));
        if (tracing.containsKey("ratio")) {
            properties.put("otel.traces.sampler.arg", String.valueOf(tracing.getValue("ratio")));
        }
        return properties;
    }
}
