package io.redistributed.pubsub;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.Tracer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Builds a {@link RedisPubSubTelemetry}. Not thread-safe.
 *
 * @since 0.1.0
 */
public final class RedisPubSubTelemetryBuilder {

    private static final String SCOPE = "io.redistributed.pubsub";

    private final OpenTelemetry openTelemetry;
    private final List<AttributesExtractor> extractors = new ArrayList<>();
    private ChannelPolicies policies = ChannelPolicies.READ_ONLY;
    private Predicate<String> channelFilter = channel -> true;
    private UnaryOperator<String> destination = UnaryOperator.identity();
    private SpanNameExtractor spanNames = SpanNameExtractor.OPERATION_AND_DESTINATION;
    private boolean metrics = true;

    RedisPubSubTelemetryBuilder(OpenTelemetry openTelemetry) {
        this.openTelemetry = Objects.requireNonNull(openTelemetry, "openTelemetry");
    }

    /**
     * Sets the policies. Default: {@link ChannelPolicies#READ_ONLY}, which reads both formats and writes no header.
     *
     * @param policies matched against destination names
     * @return this
     */
    public RedisPubSubTelemetryBuilder setPolicies(ChannelPolicies policies) {
        this.policies = Objects.requireNonNull(policies, "policies");
        return this;
    }

    /**
     * Sets which channels are traced. Messages of other channels pass unchanged in both directions, without spans and
     * metrics. Default: all.
     *
     * @param channelFilter true for a channel that is traced; called for each message, on any thread
     * @return this
     */
    public RedisPubSubTelemetryBuilder setChannelFilter(Predicate<String> channelFilter) {
        this.channelFilter = Objects.requireNonNull(channelFilter, "channelFilter");
        return this;
    }

    /**
     * Sets the destination name of a channel in span names, attributes and policies. An unbounded family of channels,
     * such as one for each session, needs one name:
     * {@code channel -> channel.startsWith("session:") ? "session:*" : channel}. Publishers and subscribers should use
     * the same function. Default: the channel itself.
     *
     * @param destination called for each message, on any thread; must not return null
     * @return this
     */
    public RedisPubSubTelemetryBuilder setDestination(UnaryOperator<String> destination) {
        this.destination = Objects.requireNonNull(destination, "destination");
        return this;
    }

    /**
     * Sets how spans are named. Default: {@link SpanNameExtractor#OPERATION_AND_DESTINATION}.
     *
     * @param spanNames called on any thread
     * @return this
     */
    public RedisPubSubTelemetryBuilder setSpanNameExtractor(SpanNameExtractor spanNames) {
        this.spanNames = Objects.requireNonNull(spanNames, "spanNames");
        return this;
    }

    /**
     * Adds an extractor of span attributes. Extractors run in the order they were added.
     *
     * @param extractor called on any thread
     * @return this
     */
    public RedisPubSubTelemetryBuilder addAttributesExtractor(AttributesExtractor extractor) {
        extractors.add(Objects.requireNonNull(extractor, "extractor"));
        return this;
    }

    /**
     * Enables or disables metrics. Default: enabled.
     *
     * @param enabled false to record only spans
     * @return this
     */
    public RedisPubSubTelemetryBuilder setMetricsEnabled(boolean enabled) {
        this.metrics = enabled;
        return this;
    }

    /** {@return a telemetry with these settings} */
    public RedisPubSubTelemetry build() {
        Tracer tracer = openTelemetry
                .tracerBuilder(SCOPE)
                .setInstrumentationVersion(LibraryVersion.TEXT)
                .build();
        MeterProvider meters = metrics ? openTelemetry.getMeterProvider() : MeterProvider.noop();
        return new RedisPubSubTelemetry(new TelemetrySettings(
                tracer,
                meters.meterBuilder(SCOPE)
                        .setInstrumentationVersion(LibraryVersion.TEXT)
                        .build(),
                policies,
                channelFilter,
                destination,
                spanNames,
                List.copyOf(extractors),
                ErrorTypes::nameOf,
                Attributes.empty()));
    }
}
