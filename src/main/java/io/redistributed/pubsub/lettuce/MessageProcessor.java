package io.redistributed.pubsub.lettuce;

import io.lettuce.core.codec.RedisCodec;
import io.opentelemetry.context.Scope;
import io.redistributed.pubsub.ProcessOperation;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import java.util.function.Consumer;

/** Calls a listener under the CONSUMER span of the message that this thread decoded last. */
record MessageProcessor<K, V>(RedisPubSubTelemetry telemetry, RedisCodec<K, V> codec) {

    void process(K channel, V message, Consumer<V> listener) {
        HeaderCodec.Received received = HeaderCodec.last();
        String name = ChannelNames.of(codec, channel);
        if (!telemetry.isTraced(name)) {
            boolean hadHeader = received.message().bodyOffset() > 0;
            listener.accept(hadHeader ? codec.decodeValue(received.bytes().slice()) : message);
            return;
        }
        ProcessOperation operation = telemetry.startProcess(name, received.message());
        try (Scope scope = operation.makeCurrent()) {
            listener.accept(message);
        } catch (Throwable e) {
            operation.fail(e);
            throw e;
        }
        operation.end();
    }
}
