package io.redistributed.config;

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

/** A configuration that has been checked. */
public final class Config {

    /**
     * A verticle to deploy.
     *
     * @param place where it stands in the file
     * @param name Vert.x verticle name
     */
    public record Deployment(String place, String name, DeploymentOptions options) {}

    private static final String API_PACKAGE = "java:io.redistributed.api.";
    private static final JsonObject NONE = new JsonObject();

    private final String source;
    private final JsonObject json;

    Config(String source, JsonObject json) {
        this.source = source;
        this.json = json;
    }

    /** Where it was read from, for errors. */
    public String source() {
        return source;
    }

    /** Whether a Redis of our own is to be started; so it is unless endpoints are given. */
    public boolean hasEmbeddedRedis() {
        JsonObject redis = json.getJsonObject("redis", NONE);
        return "embedded".equals(redis.getString("mode", redis.containsKey("endpoints") ? "standalone" : "embedded"));
    }

    /** Data folder of the embedded Redis. */
    public Path redisData() {
        return Path.of(json.getJsonObject("redis", NONE).getString("data", "data/redis"));
    }

    public JsonObject tracing() {
        return json.getJsonObject("tracing", NONE).copy();
    }

    /**
     * The verticles in their order. Beside its own config each gets, as {@link Settings#NODE}, the parts {@code redis},
     * {@code queue} and {@code tracing} of the file and the {@code service} of its spans.
     *
     * @param redisUrl the embedded Redis, or null to take the endpoints of the file
     */
    public List<Deployment> deployments(String redisUrl) {
        JsonObject redis = json.getJsonObject("redis", NONE).copy();
        if (redisUrl != null) {
            redis.put("mode", "standalone").put("endpoints", new JsonArray().add(redisUrl));
        }
        List<Deployment> deployments = new ArrayList<>();
        JsonArray verticles = json.getJsonArray("verticles");
        for (int i = 0; i < verticles.size(); i++) {
            JsonObject verticle = verticles.getJsonObject(i);
            String name = verticle.getString("name");
            String service = verticle.getString(
                    "service", name.startsWith(API_PACKAGE) ? Telemetry.API : Telemetry.REPORT_GENERATOR);
            JsonObject node = new JsonObject()
                    .put("redis", redis)
                    .put("queue", json.getJsonObject("queue", NONE))
                    .put("tracing", tracing())
                    .put("service", service);
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
}
