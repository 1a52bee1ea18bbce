package io.redistributed.export;

import io.redistributed.settings.Settings;
import io.vertx.core.json.JsonArray;
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

    private static final String[] KEYS = {
        "exporters", "batchSize", "delay", "inFlight", "buffer", "timeout", "retryFor", "flushTimeout"
    };
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofHours(24);

    /**
     * @param exporters those of the node, where the verticle has none of its own
     * @throws IllegalArgumentException if a key or a value is not allowed
     */
    static ExportSettings from(Settings settings, JsonArray exporters) {
        settings.allowing(KEYS);
        int batchSize = settings.integer("batchSize", 512, 1, 65_536);
        return new ExportSettings(
                exporters(settings.array("exporters", exporters)),
                batchSize,
                settings.duration("delay", Duration.ofMillis(100), SHORTEST, LONGEST),
                settings.integer("inFlight", 4, 1, 64),
                settings.integer("buffer", Math.max(65_536, batchSize), batchSize, 10_000_000),
                settings.duration("timeout", Duration.ofSeconds(10), SHORTEST, LONGEST),
                settings.duration("retryFor", Duration.ofSeconds(60), Duration.ZERO, LONGEST),
                settings.duration("flushTimeout", Duration.ofSeconds(5), SHORTEST, LONGEST));
    }

    private static List<ExporterSettings> exporters(JsonArray array) {
        List<ExporterSettings> exporters = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            exporters.add(ExporterSettings.from(array.getValue(i), "exporters[" + i + "]"));
        }
        return List.copyOf(exporters);
    }
}
