package io.redistributed.worker;

import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import io.redistributed.queue.QueueSettings;
import io.redistributed.queue.ReportQueue;
import io.redistributed.queue.WorkerQueue;
import io.redistributed.redis.RedisSettings;
import io.redistributed.settings.NodeSettings;
import io.redistributed.settings.Settings;
import io.redistributed.system.Version;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * Holds the settings and telemetry that the partitions of a worker share.
 *
 * @param worker the worker's id
 */
record WorkerSetup(
        String worker,
        WorkerSettings settings,
        QueueSettings queueSettings,
        RedisSettings redis,
        RedisPubSubTelemetry telemetry,
        OpenTelemetry openTelemetry,
        Rejections rejections) {

    /** Name of the control channels on spans and in policies. */
    static final String CONTROL = "control";

    /**
     * Returns the configured telemetry with tracing off for control channels, which carry no message of a traced
     * request.
     */
    static RedisPubSubTelemetry telemetry(OpenTelemetry openTelemetry, Settings tracing) {
        JsonArray policies = new JsonArray()
                .add(new JsonObject().put("match", CONTROL).put("write", "none").put("relation", "off"));
        return RedisPubSubTelemetry.builder(openTelemetry)
                .setPolicies(NodeSettings.channels(policies.addAll(tracing.array("channels", new JsonArray()))))
                .setDestination(channel -> WorkerQueue.isControlChannel(channel) ? CONTROL : ReportQueue.DESTINATION)
                .build();
    }

    /** Returns the partition's share of the slots. Shares differ by at most one. */
    int slotsIn(int partition) {
        return settings.slots() / queueSettings.partitions()
                + (partition < settings.slots() % queueSettings.partitions() ? 1 : 0);
    }

    /** Returns the information that the worker publishes about itself. */
    JsonObject information() {
        return new JsonObject()
                .put("host", WorkerId.HOST)
                .put("pid", WorkerId.PID)
                .put("slots", settings.slots())
                .put("version", Version.get().orElse("unknown"))
                .put("refused", rejections.toJson());
    }
}
