package io.redistributed.pubsub.vertx;

import io.opentelemetry.api.common.AttributeKey;

/** Names of attributes, as they are on the wire. */
final class Keys {

    static final AttributeKey<String> MESSAGE_ID = AttributeKey.stringKey("messaging.message.id");
    static final AttributeKey<Long> ENVELOPE_SIZE = AttributeKey.longKey("messaging.message.envelope.size");
    static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    static final AttributeKey<Long> RECEIVERS = AttributeKey.longKey("redistributed.receivers");
    static final AttributeKey<Double> DELAY = AttributeKey.doubleKey("redistributed.publish_to_process.delay");

    private Keys() {}
}
