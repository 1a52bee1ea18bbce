package io.redistributed.export;

import static io.redistributed.export.collector.ExporterSettings.LONGEST;
import static io.redistributed.export.collector.ExporterSettings.SHORTEST;

import io.redistributed.export.collector.ExporterSettings;
import io.redistributed.settings.Settings;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The settings of {@link JaegerExporterVerticle}, which documents them. */
record ExportSettings(
        List<ExporterSettings> exporters,
        int batchSize,
        Duration delay,
        int inFlight,
        int buffer,
        Duration retryFor,
        Duration flushTimeout) {

    private static final String[] KEYS = {
        "exporters", "batchSize", "delay", "inFlight", "buffer", "timeout", "retryFor", "flushTimeout"
    };

    private static final int BYTES_PER_SPAN = 1_024;

    /** The part of the heap for spans that wait for all exporters: an eighth. */
    private static final int HEAP_SHARE = 8;

    /** The HTTP client's limit of connections over HTTP/1.1; further calls would wait inside it. */
    private static final int MAX_IN_FLIGHT = 5;

    /**
     * @param exporters the node's exporters, used if the verticle's config has none
     * @throws IllegalArgumentException if a key or a value is not allowed
     */
    static ExportSettings from(Settings settings, JsonArray exporters) {
        settings.allowing(KEYS);
        Duration timeout = settings.duration("timeout", Duration.ofSeconds(10), SHORTEST, LONGEST);
        int batchSize = settings.integer("batchSize", 2_048, 1, 65_536);
        return new ExportSettings(
                exporters(settings.array("exporters", exporters), timeout),
                batchSize,
                settings.duration("delay", Duration.ofMillis(100), SHORTEST, LONGEST),
                settings.integer("inFlight", 4, 1, MAX_IN_FLIGHT),
                settings.integer("buffer", Math.max(65_536, batchSize), batchSize, 10_000_000),
                settings.duration("retryFor", Duration.ofSeconds(60), Duration.ZERO, LONGEST),
                settings.duration("flushTimeout", Duration.ofSeconds(5), SHORTEST, LONGEST));
    }

    /** Bounds the spans that wait for one exporter. Usual spans are much smaller than this allows, so only long texts reach it. */
    long bufferBytes() {
        long share = Runtime.getRuntime().maxMemory() / HEAP_SHARE / Math.max(1, exporters.size());
        return Math.min((long) BYTES_PER_SPAN * buffer, share);
    }

    private static List<ExporterSettings> exporters(JsonArray array, Duration timeout) {
        List<ExporterSettings> exporters = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            exporters.add(ExporterSettings.from(array.getValue(i), "exporters[" + i + "]", timeout));
        }
        return List.copyOf(exporters);
    }
}
