package io.redistributed.worker;

import io.redistributed.settings.Settings;
import java.time.Duration;

/**
 * The {@code config} of a {@link WorkerVerticle}.
 *
 * @param slots attempts at once, default 16
 * @param drain at stop, how long running attempts may go on before they are handed back; default 10 s
 */
record WorkerSettings(int slots, Duration drain) {

    static WorkerSettings from(Settings settings) {
        settings.allowing("slots", "drain");
        return new WorkerSettings(
                settings.integer("slots", 16, 1, 10_000),
                settings.duration("drain", Duration.ofSeconds(10), Duration.ZERO, Duration.ofHours(1)));
    }
}
