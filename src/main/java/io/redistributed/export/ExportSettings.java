package io.redistributed.export;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The settings of {@link JaegerExporterVerticle}, which tells what they mean. */
record ExportSettings(
        List<ExporterSettings> exporters,
        int batchSize,
        Duration delay,
        int inFlight,
        int buffer,
        Duration timeout,
        Duration retryFor,
        Duration flushTimeout) {

    private static final List<String> KEYS =
            List.of("exporters", "batchSize", "delay", "inFlight", "buffer", "timeout", "retryFor", "flushTimeout");
    private static final Duration SHORTEST = Duration.ofMillis(1);

    /** @throws IllegalArgumentException if a key or a value is not allowed */
    static ExportSettings from(JsonObject json) {
        Settings settings = new Settings(json, "").allowing(KEYS);
        int batchSize = settings.integer("batchSize", 512, 1, 65_536);
        return new ExportSettings(
                exporters(settings, json.getValue("exporters", JsonArray.of("store"))),
                batchSize,
                settings.duration("delay", "100ms", SHORTEST),
                settings.integer("inFlight", 4, 1, 64),
                settings.integer("buffer", Math.max(65_536, batchSize), batchSize, 10_000_000),
                settings.duration("timeout", "10s", SHORTEST),
                settings.duration("retryFor", "60s", Duration.ZERO),
                settings.duration("flushTimeout", "5s", SHORTEST));
    }

    private static List<ExporterSettings> exporters(Settings settings, Object value) {
        if (!(value instanceof JsonArray array)) {
            throw settings.bad("exporters", value, "an array");
        }
        List<ExporterSettings> exporters = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            exporters.add(ExporterSettings.from(array.getValue(i), "exporters[" + i + "]"));
        }
        return List.copyOf(exporters);
    }
}
