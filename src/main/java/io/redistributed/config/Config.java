package io.redistributed.config;

import io.redistributed.api.MetricsVerticle;
import io.redistributed.api.ServerChecks;
import io.redistributed.auth.AuthSettings;
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
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A validated configuration. */
public final class Config {

    /**
     * A verticle to deploy.
     *
     * @param place path in the file
     * @param name Vert.x verticle name
     */
    record Deployment(String place, String name, DeploymentOptions options) {

        /** Returns an error with its position. */
        String failure(String reason) {
            return place + " (" + name + "): " + reason;
        }
    }

    private static final List<String> OF_EXTERNAL_REDIS =
            List.of("endpoints", "userFile", "passwordFile", "sentinelUserFile", "sentinelPasswordFile", "tls");

    private static final String API_PACKAGE = "io.redistributed.api.";
    private static final Set<String> MAKE_NO_SPANS =
            Set.of(JaegerExporterVerticle.class.getName(), MetricsVerticle.class.getName());
    private static final JsonObject NONE = new JsonObject();
    private static final String NO_FOLDER = "none";

    private final String source;
    private final Path folder;
    private final JsonObject json;
    private final Map<String, String> otel;
    private final boolean dev;

    private Config(String source, Path folder, JsonObject json, Map<String, String> otel, boolean dev) {
        this.source = source;
        this.folder = folder;
        this.dev = dev;
        this.json = json;
        this.otel = otel;
    }

    /**
     * @param folder where scripts are looked for
     * @param json configuration, valid against the schema
     * @param otel standard variables that are set, by property name
     * @throws ConfigException if the configuration cannot be run
     */
    static Config of(String source, Path folder, JsonObject json, Map<String, String> otel) throws ConfigException {
        Config config = new Config(source, folder, json, otel, false);
        try {
            config.check();
        } catch (IllegalArgumentException e) {
            throw new ConfigException(e.getMessage());
        }
        return config;
    }

    /** Returns the same configuration, with which edited scripts are reloaded. */
    public Config forDevelopment() {
        return new Config(source, folder, json, otel, true);
    }

    /** Returns the source of the configuration, for errors. */
    String source() {
        return source;
    }

    /** Returns whether to start an embedded Redis: the default unless endpoints are given. */
    boolean hasEmbeddedRedis() {
        JsonObject redis = json.getJsonObject("redis", NONE);
        return "embedded".equals(redis.getString("mode", redis.containsKey("endpoints") ? "standalone" : "embedded"));
    }

    /** Returns the data folder of the embedded Redis. */
    Path redisData() {
        return Path.of(json.getJsonObject("redis", NONE).getString("data", "data/redis"));
    }

    /** Returns the folder in which traces survive restarts; empty if they are kept in memory only. */
    Optional<Path> traceData() {
        String data = tracing().getString("data");
        if (data != null) {
            return data.equals(NO_FOLDER) ? Optional.empty() : Optional.of(Path.of(data));
        }
        return hasEmbeddedRedis() ? Optional.of(redisData().resolve("traces")) : Optional.empty();
    }

    /** Returns {@code plain} or {@code json}. */
    String logFormat() {
        return json.getJsonObject("logging", NONE).getString("format", "plain");
    }

    JsonObject tracing() {
        return json.getJsonObject("tracing", NONE).copy();
    }

    /** Returns the standard variables {@code OTEL_*} that are set, by property name: {@code otel.service.name}. */
    Map<String, String> otel() {
        return otel;
    }

    /** Returns the service names of the verticles' spans, sorted; at least one. */
    SortedSet<String> services() {
        SortedSet<String> services = deployments(null).stream()
                .map(Deployment::name)
                .filter(name -> !MAKE_NO_SPANS.contains(className(name)))
                .map(Config::service)
                .collect(Collectors.toCollection(TreeSet::new));
        return services.isEmpty() ? new TreeSet<>(Set.of(Telemetry.REPORT_GENERATOR)) : services;
    }

    /**
     * Returns the verticles in their order. The config of each also has, as {@link Settings#NODE}, the parts {@code redis}, {@code queue}, {@code auth} and {@code tracing} of the file, the {@code service} of its spans, and for scripts {@code folder} and {@code dev}.
     *
     * @param redisUrl URL of the embedded Redis, or null to use the endpoints of the file
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
                    .put(AuthSettings.KEY, json.getJsonObject(AuthSettings.KEY, NONE))
                    .put("tracing", tracing())
                    .put("service", service(name))
                    .put("folder", folder.toString())
                    .put("dev", dev);
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

    /** Returns the service name of a verticle's spans in Jaeger. */
    private static String service(String verticle) {
        return className(verticle).startsWith(API_PACKAGE) ? Telemetry.API : Telemetry.REPORT_GENERATOR;
    }

    private static String className(String verticle) {
        return verticle.replaceFirst("^java:", "");
    }

    /** Checks the settings of the node and its servers, so that errors are reported before anything is started. */
    private void check() {
        JsonObject redis = json.getJsonObject("redis", NONE).copy();
        if (hasEmbeddedRedis()) {
            for (String key : OF_EXTERNAL_REDIS) {
                if (redis.containsKey(key)) {
                    throw new IllegalArgumentException(
                            "redis." + key
                                    + ": not allowed with redis.mode embedded (use redis.mode standalone to connect to a server)");
                }
            }
            redis.put("mode", "standalone").put("endpoints", JsonArray.of("redis://localhost"));
        }
        NodeSettings.redis(new Settings(redis, "redis."));
        QueueSettings.from(new Settings(json.getJsonObject("queue", NONE), "queue."));
        AuthSettings.from(new Settings(json.getJsonObject(AuthSettings.KEY, NONE), "auth."));
        deployments(null).forEach(Config::check);
    }

    private static void check(Deployment deployment) {
        try {
            ServerChecks.check(
                    className(deployment.name()), deployment.options().getConfig());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(deployment.failure(e.getMessage()), e);
        }
    }
}
