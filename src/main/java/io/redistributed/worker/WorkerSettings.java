package io.redistributed.worker;

import io.redistributed.settings.Settings;
import java.time.Duration;

/**
 * The {@code config} of a {@link WorkerVerticle}.
 *
 * @param slots concurrent attempts, at least one for each partition; default 16, or the number of partitions if that is
 *     higher
 * @param drain how long a stopping worker waits for running attempts before it returns them to the queue; default 10 s
 */
record WorkerSettings(int slots, Duration drain) {

    private static final int DEFAULT_SLOTS = 16;

    static WorkerSettings from(Settings settings, int partitions) {
        settings.allowing("slots", "drain");
        return new WorkerSettings(
                settings.integer("slots", Math.max(DEFAULT_SLOTS, partitions), partitions, 10_000),
                settings.duration("drain", Duration.ofSeconds(10), Duration.ZERO, Duration.ofHours(1)));
    }
}
