package io.redistributed.pubsub;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.redistributed.redis.RedisSettings;

/** Names of OpenTelemetry's messaging conventions, as they stand on our spans and metrics. */
final class MessagingAttributes {

    static final AttributeKey<String> OPERATION_TYPE = AttributeKey.stringKey("messaging.operation.type");
    static final AttributeKey<String> DESTINATION = AttributeKey.stringKey("messaging.destination.name");
    static final AttributeKey<String> MESSAGE_ID = AttributeKey.stringKey("messaging.message.id");
    static final AttributeKey<Long> BODY_SIZE = AttributeKey.longKey("messaging.message.body.size");
    static final AttributeKey<Long> ENVELOPE_SIZE = AttributeKey.longKey("messaging.message.envelope.size");
    static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    static final AttributeKey<Long> RECEIVERS = AttributeKey.longKey("redistributed.receivers");
    static final AttributeKey<Double> DELAY = AttributeKey.doubleKey("redistributed.publish_to_process.delay");

    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
    private static final AttributeKey<String> OPERATION_NAME = AttributeKey.stringKey("messaging.operation.name");
    private static final AttributeKey<String> ADDRESS = AttributeKey.stringKey("server.address");
    private static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");

    private MessagingAttributes() {}

    /**
     * Those of metrics; spans have {@link #OPERATION_TYPE} too. The server's address is that of the first endpoint, which
     * does not change at a failover.
     */
    static Attributes of(RedisSettings server, String operation) {
        return Attributes.builder()
                .put(SYSTEM, "redis")
                .put(OPERATION_NAME, operation)
                .put(ADDRESS, server.host())
                .put(PORT, (long) server.port())
                .build();
    }
}
