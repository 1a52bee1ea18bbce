package io.redistributed.worker;

import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import io.redistributed.queue.QueueSettings;
import io.redistributed.queue.ReportQueue;
import io.redistributed.queue.WorkerQueue;
import io.redistributed.redis.RedisSettings;
import io.redistributed.settings.NodeSettings;
import io.redistributed.settings.Settings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/**
 * What the partitions of a worker share.
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

    /** Names the channels of control on spans and in policies. */
    static final String CONTROL = "control";

    private static final String VERSION =
            Objects.requireNonNullElse(WorkerSetup.class.getPackage().getImplementationVersion(), "unknown");

    /** Those of the configuration, with what nodes tell each other left out: it is no message of the traced transaction. */
    static RedisPubSubTelemetry telemetry(OpenTelemetry openTelemetry, Settings tracing) {
        JsonArray policies = new JsonArray()
                .add(new JsonObject().put("match", CONTROL).put("write", "none").put("relation", "off"));
        return RedisPubSubTelemetry.builder(openTelemetry)
                .setPolicies(NodeSettings.channels(policies.addAll(tracing.array("channels", new JsonArray()))))
                .setDestination(channel -> WorkerQueue.isControlChannel(channel) ? CONTROL : ReportQueue.DESTINATION)
                .build();
    }

    /** The partition's share of the worker's slots: as many as the others', or one more. */
    int slotsIn(int partition) {
        return settings.slots() / queueSettings.partitions()
                + (partition < settings.slots() % queueSettings.partitions() ? 1 : 0);
    }

    /** What the worker tells of itself. */
    JsonObject information() {
        return new JsonObject()
                .put("host", WorkerId.HOST)
                .put("pid", WorkerId.PID)
                .put("slots", settings.slots())
                .put("version", VERSION)
                .put("refused", rejections.toJson());
    }
}
