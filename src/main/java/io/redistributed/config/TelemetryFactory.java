package io.redistributed.config;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.ResourceConfiguration;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.autoconfigure.spi.internal.DefaultConfigProperties;
import io.opentelemetry.sdk.resources.Resource;
import io.redistributed.export.MetricsPage;
import io.redistributed.export.SpanCounts;
import io.redistributed.export.SpanQueue;
import io.redistributed.system.Host;
import io.redistributed.telemetry.Telemetry;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Builds one OpenTelemetry SDK per service. All SDKs write spans to one queue and metrics to one page. The standard {@code OTEL_*} variables and {@code otel.*} properties take precedence over the file: sampler, resource attributes, propagators, limits, metrics exporters, and disabling the SDK. Spans leave through the queue only, so {@link OtelExporters} handles the span exporters. A service name in the variables merges all services into one.
 */
final class TelemetryFactory implements AutoCloseable {

    private static final AttributeKey<String> SERVICE_NAME = AttributeKey.stringKey("service.name");
    private static final String NONE = "none";

    private final Map<String, Service> services = new ConcurrentHashMap<>();
    private final SpanQueue queue;
    private final MetricsPage metrics;
    private final Map<String, String> defaults;
    private final Map<String, String> given;
    private final Map<String, String> overrides;
    private final String version;

    /** @param seen telemetry for the verticles, which is not the SDK if that is disabled */
    private record Service(OpenTelemetrySdk sdk, OpenTelemetry seen) {}

    /** @param given standard variables, by property name */
    TelemetryFactory(
            SpanQueue queue, MetricsPage metrics, JsonObject tracing, Map<String, String> given, String version) {
        this.queue = queue;
        this.metrics = metrics;
        this.defaults = defaults(tracing);
        this.given = given;
        this.overrides = overrides(given);
        this.version = version;
    }

    /** @throws ConfigException if the variables are invalid */
    Telemetry telemetry(Set<String> services) throws ConfigException {
        try {
            services.forEach(this::service);
        } catch (ConfigurationException e) {
            close();
            // OpenTelemetry wraps other exceptions in a ConfigurationException without a useful message.
            boolean said = e.getCause() == null || !e.getMessage().startsWith("Unexpected");
            throw new ConfigException("OTEL_* variables or otel.* properties: "
                    + withoutSecrets(said ? e.getMessage() : e.getCause().getMessage()));
        }
        return new Telemetry(this::service);
    }

    @Override
    public void close() {
        services.values().forEach(service -> service.sdk.close());
    }

    private OpenTelemetry service(String name) {
        String only = ResourceConfiguration.createEnvironmentResource(DefaultConfigProperties.createFromMap(given))
                .getAttribute(SERVICE_NAME);
        return services.computeIfAbsent(only == null ? name : only, this::build).seen;
    }

    private Service build(String name) {
        SpanCounts counts = new SpanCounts();
        OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook()
                .addPropertiesSupplier(() -> defaults)
                .addPropertiesCustomizer(properties -> overrides)
                .addResourceCustomizer((resource, properties) -> describe(resource, name))
                .addSamplerCustomizer((sampler, properties) -> counts.counting(sampler))
                .addTracerProviderCustomizer((provider, properties) ->
                        provider.addSpanProcessor(counts).addSpanProcessor(queue))
                .addMeterProviderCustomizer(
                        (provider, properties) -> provider.registerMetricReader(metrics.newReader()))
                .build()
                .getOpenTelemetrySdk();
        counts.recordBy(sdk.getMeter(SpanCounts.class.getPackageName()));
        // A disabled SDK still creates spans that are never exported; the caller's context must be
        // propagated instead.
        boolean disabled = Boolean.parseBoolean(given.get("otel.sdk.disabled"));
        return new Service(sdk, disabled ? OpenTelemetry.propagating(sdk.getPropagators()) : sdk);
    }

    /** Adds the variables that are set; they take precedence. */
    private Resource describe(Resource resource, String service) {
        AttributesBuilder defaults = Attributes.builder()
                .put("service.version", version)
                .put("service.instance.id", UUID.randomUUID().toString())
                .put("process.pid", ProcessHandle.current().pid());
        Host.name().ifPresent(name -> defaults.put("host.name", name));
        Host.id().ifPresent(id -> defaults.put("host.id", id));
        List<String> disabled = DefaultConfigProperties.createFromMap(given).getList("otel.resource.disabled.keys");
        defaults.removeIf(key -> disabled.contains(key.getKey()));
        return Resource.create(defaults.build())
                .merge(resource)
                .merge(Resource.create(Attributes.of(SERVICE_NAME, service)));
    }

    private static Map<String, String> defaults(JsonObject tracing) {
        Map<String, String> properties = new HashMap<>();
        properties.put("otel.traces.sampler", tracing.getString("sampler", "parentbased_always_on"));
        if (tracing.containsKey("ratio")) {
            properties.put("otel.traces.sampler.arg", String.valueOf(tracing.getValue("ratio")));
        }
        return properties;
    }

    /** The SDK's errors repeat invalid values, including headers and endpoints. */
    private String withoutSecrets(String message) {
        String safe = message;
        for (Map.Entry<String, String> variable : given.entrySet()) {
            if (variable.getKey().matches(".*(headers|endpoint)")) {
                safe = safe.replace(variable.getValue(), "REDACTED");
            }
        }
        return safe;
    }

    /** Returns the variables without exporters that would run in addition to ours. */
    private static Map<String, String> overrides(Map<String, String> given) {
        Map<String, String> properties = new HashMap<>(given);
        properties.put("otel.traces.exporter", NONE);
        properties.put("otel.logs.exporter", NONE);
        String ofMetrics = Arrays.stream(
                        given.getOrDefault(OtelSettings.METRICS_EXPORTER, NONE).split(","))
                .filter(exporter -> !exporter.strip().equals(OtelSettings.PROMETHEUS))
                .collect(Collectors.joining(","));
        properties.put(OtelSettings.METRICS_EXPORTER, ofMetrics.isEmpty() ? NONE : ofMetrics);
        return properties;
    }
}
