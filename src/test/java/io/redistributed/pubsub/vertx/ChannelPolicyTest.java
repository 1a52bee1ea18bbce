package io.redistributed.pubsub.vertx;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import io.redistributed.context.DecodedMessage;
import io.redistributed.context.MessageContext;
import io.redistributed.context.TraceCodec;
import io.redistributed.context.WireFormat;
import io.redistributed.pubsub.ChannelPolicies;
import io.redistributed.pubsub.ChannelPolicy;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import io.redistributed.pubsub.Relation;
import io.redistributed.redis.RedisCommands;
import io.redistributed.settings.NodeSettings;
import io.redistributed.testing.Traces;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(VertxExtension.class)
class ChannelPolicyTest {

    private enum Sender {
        SAMPLED,
        UNSAMPLED,
        UNTRACED,
        MALFORMED
    }

    /** The receiver's sampler. */
    private enum Ours {
        ON(Sampler.alwaysOn()),
        OFF(Sampler.alwaysOff()),
        PARENT_ELSE_ON(Sampler.parentBased(Sampler.alwaysOn())),
        PARENT_ELSE_OFF(Sampler.parentBased(Sampler.alwaysOff()));

        private final Sampler sampler;

        Ours(Sampler sampler) {
            this.sampler = sampler;
        }

        /** @param parent whether the parent is sampled; null for a root */
        boolean samples(Boolean parent) {
            return switch (this) {
                case ON -> true;
                case OFF -> false;
                case PARENT_ELSE_ON -> parent == null || parent;
                case PARENT_ELSE_OFF -> parent != null && parent;
            };
        }
    }

    private static final Buffer BODY = Buffer.buffer(new byte[] {'{', 0, -1, '\r', '\n', '}'});
    private static final Buffer MALFORMED =
            Buffer.buffer(new byte[] {(byte) 0xF7, 0x52, 0x44, 0x01, 2, 0, 16, 1, 2, 3});

    private static final TraceState STATE =
            TraceState.builder().put("vendor", "value").build();
    private static final SpanContext ORIGIN = SpanContext.createFromRemoteParent(
            "4bf92f3577b34da6a3ce929d000e4736", "34f067aa0ba902b7", TraceFlags.getSampled(), STATE);
    private static final Baggage BAGGAGE =
            Baggage.builder().put("tenant", "blue").build();

    private static final Map<Ours, Traces> receivers = new EnumMap<>(Ours.class);
    private static final Map<WireFormat, TracedPublisher> publishers = new EnumMap<>(WireFormat.class);

    private static PubSub pubSub;
    private static RedisCommands raw;

    @BeforeAll
    static void start(Vertx vertx) {
        pubSub = new PubSub(vertx);
        raw = await(RedisCommands.connect(pubSub.vertx, pubSub.settings(), OpenTelemetry.noop()));
        Stream.of(Ours.values()).forEach(ours -> receivers.put(ours, new Traces(ours.sampler)));
        Stream.of(WireFormat.values())
                .forEach(format ->
                        publishers.put(format, pubSub.publisher(new ChannelPolicy("*", format, Relation.PARENT))));
    }

    @AfterAll
    static void stop() {
        pubSub.close();
        receivers.values().forEach(Traces::close);
    }

    @AfterEach
    void forget() {
        pubSub.traces.reset();
        receivers.values().forEach(Traces::reset);
    }

    static Stream<Arguments> all() {
        return Stream.of(Relation.values()).flatMap(relation -> Stream.of(WireFormat.values())
                .flatMap(format -> Stream.of(Sender.values()).flatMap(sender -> Stream.of(Ours.values())
                        .map(ours -> Arguments.of(relation, format, sender, ours)))));
    }

    @ParameterizedTest
    @MethodSource("all")
    void policySelectsRelation(Relation relation, WireFormat format, Sender sender, Ours ours) {
        Traces receiving = receivers.get(ours);
        Seen seen = receive(new ChannelPolicy("orders", format, relation), receiving, () -> send(format, sender));

        boolean traced = format != WireFormat.NONE && (sender == Sender.SAMPLED || sender == Sender.UNSAMPLED);
        boolean rich = traced && format == WireFormat.ENVELOPE;
        SpanContext published = seen.decoded.spanContext();
        assertThat(seen.body).isEqualTo(sender == Sender.MALFORMED ? MALFORMED : BODY);
        assertThat(seen.decoded.kind()).isEqualTo(kind(format, sender));
        assertThat(published.isValid()).isEqualTo(traced);
        if (traced) {
            assertThat(published.getTraceId()).isEqualTo(ORIGIN.getTraceId());
            assertThat(published.getSpanId()).isNotEqualTo(ORIGIN.getSpanId());
            assertThat(published.isSampled()).isEqualTo(sender == Sender.SAMPLED);
            assertThat(published.getTraceState()).isEqualTo(rich ? STATE : TraceState.getDefault());
        }

        boolean child = traced && (relation == Relation.PARENT || relation == Relation.BOTH);
        switch (relation) {
            case PARENT, LINK, BOTH -> {
                boolean sampled = ours.samples(child ? published.isSampled() : null);
                assertThat(seen.current.isValid()).isTrue();
                assertThat(seen.current.isSampled()).isEqualTo(sampled);
                assertThat(seen.current.getTraceId().equals(ORIGIN.getTraceId()))
                        .isEqualTo(child);
                assertThat(seen.current.getTraceState()).isEqualTo(child ? published.getTraceState() : noState());
                assertThat(seen.baggage).isEqualTo(rich && relation != Relation.LINK ? BAGGAGE : Baggage.empty());
                assertThat(receiving.spans()).hasSize(sampled ? 1 : 0);
                if (sampled) {
                    SpanData process = receiving.span("process orders");
                    assertThat(process.getKind()).isEqualTo(SpanKind.CONSUMER);
                    assertThat(process.getSpanContext()).isEqualTo(seen.current);
                    assertThat(process.getParentSpanContext()).isEqualTo(child ? published : SpanContext.getInvalid());
                    assertThat(process.getLinks())
                            .extracting(LinkData::getSpanContext)
                            .isEqualTo(linked(relation, published));
                }
            }
            case PROPAGATE -> {
                assertThat(receiving.spans()).isEmpty();
                assertThat(seen.current).isEqualTo(published);
                assertThat(seen.baggage).isEqualTo(rich ? BAGGAGE : Baggage.empty());
            }
            case OFF -> {
                assertThat(receiving.spans()).isEmpty();
                assertThat(seen.context).isSameAs(Context.root());
            }
        }
        boolean nothing = relation == Relation.OFF || relation == Relation.PROPAGATE && !traced;
        assertThat(seen.context == Context.root()).isEqualTo(nothing);
        assertThat(seen.laterIsSame).isTrue();
    }

    static Stream<Arguments> withAndWithoutBaggage() {
        return Stream.of(Relation.values())
                .flatMap(relation -> Stream.of(true, false).map(taken -> Arguments.of(relation, taken)));
    }

    @ParameterizedTest
    @MethodSource("withAndWithoutBaggage")
    void policySelectsBaggageAndTracestate(Relation relation, boolean taken) {
        Traces receiving = receivers.get(Ours.ON);
        ChannelPolicy policy = new ChannelPolicy("orders", WireFormat.ENVELOPE, relation, taken);
        Seen seen = receive(policy, receiving, () -> send(WireFormat.ENVELOPE, Sender.SAMPLED));

        TraceState state = taken ? STATE : noState();
        assertThat(seen.baggage).isEqualTo(taken && relation != Relation.OFF ? BAGGAGE : Baggage.empty());
        switch (relation) {
            case PARENT, BOTH, PROPAGATE ->
                assertThat(seen.current.getTraceState()).isEqualTo(state);
            case LINK, OFF -> assertThat(seen.current.getTraceState()).isEqualTo(noState());
        }
        assertThat(receiving.spans())
                .flatExtracting(SpanData::getLinks)
                .extracting(link -> link.getSpanContext().getTraceState())
                .isEqualTo(relation == Relation.LINK || relation == Relation.BOTH ? List.of(state) : List.of());
    }

    @ParameterizedTest
    @EnumSource(
            value = WireFormat.class,
            names = {"BINARY", "ENVELOPE"})
    void forgedContextHasNoEffectAcrossLink(WireFormat format) {
        MessageContext forged = new MessageContext(ORIGIN, BAGGAGE, Long.MAX_VALUE, null);
        Buffer message = Buffer.buffer(TraceCodec.encode(format, forged, BODY.getBytes()));
        Traces receiving = receivers.get(Ours.PARENT_ELSE_OFF);

        Seen seen = receive(
                new ChannelPolicy("*", WireFormat.BINARY, Relation.LINK),
                receiving,
                () -> raw.publish("orders", message));

        assertThat(seen.decoded.spanContext()).isEqualTo(format == WireFormat.ENVELOPE ? ORIGIN : withoutState(ORIGIN));
        assertThat(seen.current.isSampled()).isFalse();
        assertThat(seen.current.getTraceId()).isNotEqualTo(ORIGIN.getTraceId());
        assertThat(seen.baggage).isEqualTo(Baggage.empty());
        assertThat(receiving.spans()).isEmpty();
    }

    @Test
    void samplerDoesNotSeeSenderAcrossLink() {
        Listening sampler = new Listening();
        try (Traces receiving = new Traces(sampler)) {
            receive(
                    new ChannelPolicy("*", WireFormat.ENVELOPE, Relation.LINK),
                    receiving,
                    () -> send(WireFormat.ENVELOPE, Sender.SAMPLED));

            assertThat(Span.fromContext(sampler.parent).getSpanContext().isValid())
                    .isFalse();
            assertThat(Baggage.fromContext(sampler.parent)).isEqualTo(Baggage.empty());
            assertThat(sampler.traceId).isNotEqualTo(ORIGIN.getTraceId());
            assertThat(sampler.links).isEmpty();
            assertThat(receiving.span("process orders").getLinks()).hasSize(1);
        }
    }

    @Test
    void firstMatchingPolicyApplies() {
        ChannelPolicy first = new ChannelPolicy("or?ers.*", WireFormat.NONE, Relation.OFF);
        ChannelPolicy second = new ChannelPolicy("orders*", WireFormat.ENVELOPE, Relation.LINK);
        ChannelPolicies policies = ChannelPolicies.of(first, second);

        assertThat(policies.of("orders.eu")).isSameAs(first);
        assertThat(policies.of("orders.")).isSameAs(first);
        assertThat(policies.of("orders")).isSameAs(second);
        assertThat(policies.of("ordersXeu")).isSameAs(second);
        assertThat(policies.of("or\nders")).isEqualTo(ChannelPolicy.READ_ONLY);
        assertThat(policies.of("my.orders")).isEqualTo(ChannelPolicy.READ_ONLY);
    }

    @Test
    void readsPoliciesFromConfiguration() {
        ChannelPolicies policies = NodeSettings.channels(JsonArray.of(
                new JsonObject().put("match", "plain"),
                new JsonObject().put("match", "partner").put("relation", "link"),
                new JsonObject().put("match", "friend").put("relation", "link").put("baggage", true),
                new JsonObject()
                        .put("match", "*")
                        .put("write", "envelope")
                        .put("relation", "both")
                        .put("baggage", false)));

        assertThat(policies.of("plain"))
                .isEqualTo(new ChannelPolicy("plain", WireFormat.BINARY, Relation.PARENT, true));
        assertThat(policies.of("partner"))
                .isEqualTo(new ChannelPolicy("partner", WireFormat.BINARY, Relation.LINK, false));
        assertThat(policies.of("friend"))
                .isEqualTo(new ChannelPolicy("friend", WireFormat.BINARY, Relation.LINK, true));
        assertThat(policies.of("else")).isEqualTo(new ChannelPolicy("*", WireFormat.ENVELOPE, Relation.BOTH, false));
        assertThatThrownBy(() -> NodeSettings.channels(JsonArray.of(new JsonObject().put("baggage", "yes"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("channels[0].baggage: \"yes\" is not true or false");
    }

    /** The current context in a handler. */
    private record Seen(
            Buffer body,
            DecodedMessage decoded,
            Context context,
            SpanContext current,
            Baggage baggage,
            boolean laterIsSame) {}

    private static Future<Integer> send(WireFormat format, Sender sender) {
        return switch (sender) {
            case SAMPLED -> publish(format, ORIGIN);
            case UNSAMPLED ->
                publish(
                        format,
                        SpanContext.createFromRemoteParent(
                                ORIGIN.getTraceId(), ORIGIN.getSpanId(), TraceFlags.getDefault(), STATE));
            case UNTRACED -> raw.publish("orders", BODY);
            case MALFORMED -> raw.publish("orders", MALFORMED);
        };
    }

    private static Future<Integer> publish(WireFormat format, SpanContext origin) {
        Context context = Context.root().with(Span.wrap(origin)).with(BAGGAGE);
        return context.wrapSupplier(() -> publishers.get(format).publish("orders", BODY))
                .get();
    }

    private static Seen receive(ChannelPolicy policy, Traces receiving, Supplier<Future<Integer>> publish) {
        TracedSubscriber subscriber = await(TracedSubscriber.connect(
                pubSub.vertx,
                pubSub.settings(),
                RedisPubSubTelemetry.builder(receiving.openTelemetry())
                        .setPolicies(ChannelPolicies.of(policy))
                        .build(),
                SubscriberOptions.DEFAULT));
        Promise<Seen> seen = Promise.promise();
        await(subscriber.subscribe("orders", message -> {
            Context atFirst = Context.current();
            return pubSub.vertx
                    .timer(1)
                    .onSuccess(v -> seen.complete(new Seen(
                            message.body(),
                            message.decoded(),
                            atFirst,
                            Span.fromContext(atFirst).getSpanContext(),
                            Baggage.fromContext(atFirst),
                            Context.current() == atFirst)));
        }));
        assertThat(await(publish.get())).isEqualTo(1);
        Seen result = await(seen.future());
        await(subscriber.close());
        return result;
    }

    private static DecodedMessage.Kind kind(WireFormat format, Sender sender) {
        if (sender == Sender.MALFORMED) {
            return DecodedMessage.Kind.MALFORMED;
        }
        return sender == Sender.UNTRACED || format == WireFormat.NONE
                ? DecodedMessage.Kind.UNTRACED
                : DecodedMessage.Kind.valueOf(format.name());
    }

    private static List<SpanContext> linked(Relation relation, SpanContext published) {
        if (relation == Relation.PARENT || !published.isValid()) {
            return List.of();
        }
        return List.of(relation == Relation.LINK ? withoutState(published) : published);
    }

    private static SpanContext withoutState(SpanContext span) {
        return SpanContext.createFromRemoteParent(span.getTraceId(), span.getSpanId(), span.getTraceFlags(), noState());
    }

    private static TraceState noState() {
        return TraceState.getDefault();
    }

    /** Samples everything and records its arguments. */
    private static final class Listening implements Sampler {

        private volatile Context parent;
        private volatile String traceId;
        private volatile List<LinkData> links;

        @Override
        public SamplingResult shouldSample(
                Context parent,
                String traceId,
                String name,
                SpanKind kind,
                Attributes attributes,
                List<LinkData> parentLinks) {
            this.parent = parent;
            this.traceId = traceId;
            this.links = List.copyOf(parentLinks);
            return SamplingResult.recordAndSample();
        }

        @Override
        public String getDescription() {
            return "listening";
        }
    }
}
