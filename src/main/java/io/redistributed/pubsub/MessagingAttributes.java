package io.redistributed.pubsub;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;

/** Names of attributes on spans and metrics, from OpenTelemetry's messaging conventions. */
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

    static Attributes of(MessageOperation operation) {
        return Attributes.of(SYSTEM, "redis", OPERATION_NAME, operation.toString());
    }

    static Attributes server(String address, int port) {
        AttributesBuilder server = Attributes.builder().put(ADDRESS, address);
        if (port > 0) {
            server.put(PORT, (long) port);
        }
        return server.build();
    }
}
