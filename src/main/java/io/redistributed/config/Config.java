package io.redistributed.config;

import io.redistributed.api.MetricsVerticle;
import io.redistributed.export.JaegerExporterVerticle;
import io.redistributed.queue.QueueSettings;
import io.redistributed.settings.NodeSettings;
import io.redistributed.settings.Settings;
import io.redistributed.telemetry.Telemetry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A configuration that has been checked. */
public final class Config {

    /**
     * A verticle to deploy.
     *
     * @param place where it stands in the file
     * @param name Vert.x verticle name
     */
    record Deployment(String place, String name, DeploymentOptions options) {}

    private static final String API_PACKAGE = "io.redistributed.api.";
    private static final Set<String> MAKE_NO_SPANS =
            Set.of(JaegerExporterVerticle.class.getName(), MetricsVerticle.class.getName());
    private static final JsonObject NONE = new JsonObject();

    private final String source;
    private final JsonObject json;
    private final Map<String, String> otel;

    private Config(String source, JsonObject json, Map<String, String> otel) {
        this.source = source;
        this.json = json;
        this.otel = otel;
    }

    /**
     * @param json as the schema wants it
     * @param otel the standard variables that were given, by the names of properties
     * @throws ConfigException if it means nothing that can be run
     */
    static Config of(String source, JsonObject json, Map<String, String> otel) throws ConfigException {
        Config config = new Config(source, json, otel);
        try {
            config.check();
        } catch (IllegalArgumentException e) {
            throw new ConfigException(e.getMessage());
        }
        return config;
    }

    /** Where it was read from, for errors. */
    String source() {
        return source;
    }

    /** Whether a Redis of our own is to be started; so it is unless endpoints are given. */
    boolean hasEmbeddedRedis() {
        JsonObject redis = json.getJsonObject("redis", NONE);
        return "embedded".equals(redis.getString("mode", redis.containsKey("endpoints") ? "standalone" : "embedded"));
    }

    /** Data folder of the embedded Redis. */
    Path redisData() {
        return Path.of(json.getJsonObject("redis", NONE).getString("data", "data/redis"));
    }

    /** {@code plain} or {@code json}. */
    String logFormat() {
        return json.getJsonObject("logging", NONE).getString("format", "plain");
    }

    JsonObject tracing() {
        return json.getJsonObject("tracing", NONE).copy();
    }

    /** The standard variables {@code OTEL_*} that were given, by the names of properties: {@code otel.service.name}. */
    Map<String, String> otel() {
        return otel;
    }

    /** The services of the spans that the verticles make, in the order of their names; at least one. */
    SortedSet<String> services() {
        SortedSet<String> services = deployments(null).stream()
                .map(Deployment::name)
                .filter(name -> !MAKE_NO_SPANS.contains(className(name)))
                .map(Config::service)
                .collect(Collectors.toCollection(TreeSet::new));
        return services.isEmpty() ? new TreeSet<>(Set.of(Telemetry.REPORT_GENERATOR)) : services;
    }

    /**
     * The verticles in their order. Beside its own config each gets, as {@link Settings#NODE}, the parts {@code redis},
     * {@code queue} and {@code tracing} of the file and the {@code service} of its spans.
     *
     * @param redisUrl the embedded Redis, or null to take the endpoints of the file
     */
    List<Deployment> deployments(String redisUrl) {
        JsonObject redis = json.getJsonObject("redis", NONE).copy();
        if (redisUrl != null) {
            redis.put("mode", "standalone").put("endpoints", new JsonArray().add(redisUrl));
        }
        List<Deployment> deployments = new ArrayList<>();
        JsonArray verticles = json.getJsonArray("verticles");
        for (int i = 0; i < verticles.size(); i++) {
            JsonObject verticle = verticles.getJsonObject(i);
            String name = verticle.getString("name");
            JsonObject node = new JsonObject()
                    .put("redis", redis)
                    .put("queue", json.getJsonObject("queue", NONE))
                    .put("tracing", tracing())
                    .put("service", service(name));
            JsonObject config = verticle.getJsonObject("config", NONE).copy().put(Settings.NODE, node);
            DeploymentOptions options = new DeploymentOptions()
                    .setConfig(config)
                    .setInstances(verticle.getInteger("instances", 1))
                    .setThreadingModel(ThreadingModel.valueOf(
                            verticle.getString("threads", "event_loop").toUpperCase(Locale.ROOT)));
            deployments.add(new Deployment("verticles[" + i + "]", name, options));
        }
        return deployments;
    }

    /** What Jaeger shows the spans of a verticle under. */
    private static String service(String verticle) {
        return className(verticle).startsWith(API_PACKAGE) ? Telemetry.API : Telemetry.REPORT_GENERATOR;
    }

    private static String className(String verticle) {
        return verticle.replaceFirst("^java:", "");
    }

    /** What verticles read of the whole node is looked at here, so that it is told before anything is started. */
    private void check() {
        JsonObject redis = json.getJsonObject("redis", NONE).copy();
        if (hasEmbeddedRedis()) {
            if (redis.containsKey("endpoints")) {
                throw new IllegalArgumentException(
                        "redis.endpoints: not with redis.mode embedded; say redis.mode standalone to connect to them");
            }
            redis.put("mode", "standalone").put("endpoints", JsonArray.of("redis://localhost"));
        }
        NodeSettings.redis(new Settings(redis, "redis."));
        QueueSettings.from(new Settings(json.getJsonObject("queue", NONE), "queue."));
    }
}
