package io.redistributed.pubsub;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Tracer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds the settings of a {@link RedisPubSubTelemetry}. */
record TelemetrySettings(
        Tracer tracer,
        Meter meter,
        ChannelPolicies policies,
        Predicate<String> channelFilter,
        UnaryOperator<String> destination,
        SpanNameExtractor spanNames,
        List<AttributesExtractor> extractors,
        Function<Throwable, String> errorType,
        Attributes server) {

    private static final Logger log = LoggerFactory.getLogger(RedisPubSubTelemetry.class);

    TelemetrySettings withServer(Attributes other) {
        return new TelemetrySettings(
                tracer, meter, policies, channelFilter, destination, spanNames, extractors, errorType, other);
    }

    TelemetrySettings withErrorType(Function<Throwable, String> other) {
        return new TelemetrySettings(
                tracer, meter, policies, channelFilter, destination, spanNames, extractors, other, server);
    }

    /** Returns the attributes of metrics; spans also have {@link MessagingAttributes#OPERATION_TYPE}. */
    Attributes common(MessageOperation operation) {
        return MessagingAttributes.of(operation).toBuilder().putAll(server).build();
    }

    /** Returns the attributes that the extractors add. */
    Attributes extracted(MessageOperation operation, String channel, String destination, @Nullable ByteBuffer body) {
        if (extractors.isEmpty()) {
            return Attributes.empty();
        }
        AttributesBuilder attributes = Attributes.builder();
        for (AttributesExtractor extractor : extractors) {
            try {
                ByteBuffer view = body == null ? null : body.asReadOnlyBuffer();
                extractor.extract(attributes, new PubSubMessage(operation, channel, destination, view));
            } catch (RuntimeException e) {
                log.warn("Attributes extractor {} failed for a message on {}", extractor, destination, e);
            }
        }
        return attributes.build();
    }
}
