package io.redistributed.worker;

import io.redistributed.settings.Settings;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/**
 * The {@code config} of a {@link WorkerVerticle}.
 *
 * @param slots attempts at once, default 16
 * @param drain at stop, how long running attempts may go on before they are handed back; default 10 s
 */
record WorkerSettings(int slots, Duration drain) {

    static WorkerSettings fromJson(JsonObject json) {
        return new WorkerSettings(
                Settings.number(json, "slots", 16, 1, 10_000),
                Settings.duration(json, "drain", Duration.ofSeconds(10)));
    }
}
