package io.redistributed.pubsub;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.redistributed.context.DecodedMessage;
import io.redistributed.context.WireFormat;
import io.redistributed.redis.RedisCommands;
import io.redistributed.testing.Traces;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RelationTest {

    private enum Sender {
        TRACED,
        UNTRACED,
        MALFORMED
    }

    private static final Buffer UNTRACED = Buffer.buffer("{\"order\":1}");
    private static final Buffer MALFORMED =
            Buffer.buffer(new byte[] {(byte) 0xF7, 0x52, 0x44, 0x01, 2, 0, 16, 1, 2, 3});

    /** Of somebody else's, with all that may travel. */
    private static final SpanContext ORIGIN = SpanContext.createFromRemoteParent(
            "4bf92f3577b34da6a3ce929d000e4736",
            "34f067aa0ba902b7",
            TraceFlags.getSampled(),
            TraceState.builder().put("vendor", "value").build());

    private static final Baggage BAGGAGE =
            Baggage.builder().put("tenant", "blue").build();

    private static PubSub pubSub;
    private static RedisCommands raw;

    @BeforeAll
    static void start() {
        pubSub = new PubSub();
        raw = await(RedisCommands.connect(pubSub.vertx, pubSub.settings(), OpenTelemetry.noop()));
    }

    @AfterAll
    static void stop() {
        pubSub.close();
    }

    @AfterEach
    void forget() {
        pubSub.traces.reset();
    }

    static Stream<Arguments> all() {
        return Stream.of(Relation.values()).flatMap(relation -> Stream.of(WireFormat.values())
                .flatMap(format -> Stream.of(Sender.values()).map(sender -> Arguments.of(relation, format, sender))));
    }

    @ParameterizedTest
    @MethodSource("all")
    void theRelationDecidesParentLinksAndWhatIsCurrent(Relation relation, WireFormat format, Sender sender) {
        ChannelPolicy policy = new ChannelPolicy("orders", format, relation);
        Seen seen = sendAndReceive(policy, sender, pubSub.traces);

        boolean traced = sender == Sender.TRACED && format != WireFormat.NONE;
        boolean rich = traced && format == WireFormat.ENVELOPE;
        SpanContext publish = traced ? pubSub.traces.span("publish orders").getSpanContext() : null;
        assertThat(seen.kind).isEqualTo(kind(format, sender));
        switch (relation) {
            case PARENT, BOTH -> {
                SpanData process = pubSub.traces.span("process orders");
                assertParent(process, publish);
                assertLinks(process, relation == Relation.BOTH ? publish : null);
                assertThat(process.getSpanContext().getTraceState())
                        .isEqualTo(rich ? ORIGIN.getTraceState() : TraceState.getDefault());
                assertThat(seen.current).isEqualTo(process.getSpanContext());
                assertThat(seen.baggage).isEqualTo(rich ? BAGGAGE : Baggage.empty());
            }
            case LINK -> {
                SpanData process = pubSub.traces.span("process orders");
                assertParent(process, null);
                assertLinks(process, publish);
                assertThat(process.getTraceId()).isNotEqualTo(ORIGIN.getTraceId());
                assertThat(process.getSpanContext().getTraceState()).isEqualTo(TraceState.getDefault());
                assertThat(seen.current).isEqualTo(process.getSpanContext());
                assertThat(seen.baggage).isEqualTo(Baggage.empty());
            }
            case PROPAGATE -> {
                assertThat(pubSub.traces.spans("process orders")).isEmpty();
                assertThat(ids(seen.current)).isEqualTo(ids(traced ? publish : SpanContext.getInvalid()));
                assertThat(seen.baggage).isEqualTo(rich ? BAGGAGE : Baggage.empty());
            }
            case OFF -> {
                assertThat(pubSub.traces.spans("process orders")).isEmpty();
                assertThat(seen.context).isSameAs(Context.root());
            }
        }
        boolean nothing = relation == Relation.OFF || relation == Relation.PROPAGATE && !traced;
        assertThat(seen.laterIsSame).isTrue();
        assertThat(seen.context == Context.root()).isEqualTo(nothing);
    }

    @Test
    void aLinkIsSampledByOurOwnSamplerWhateverTheSenderDid() {
        ChannelPolicy link = new ChannelPolicy("*", WireFormat.ENVELOPE, Relation.LINK);
        try (Traces never = new Traces(Sampler.parentBased(Sampler.alwaysOff()));
                Traces always = new Traces()) {
            Seen fromSampled = sendAndReceive(link, ORIGIN, pubSub.traces, never);
            Seen fromUnsampled = sendAndReceive(link, unsampled(ORIGIN), pubSub.traces, always);

            assertThat(fromSampled.current.isSampled()).isFalse();
            assertThat(never.spans()).isEmpty();
            assertThat(fromUnsampled.current.isSampled()).isTrue();
            assertThat(always.span("process orders").getLinks()).hasSize(1);
        }
    }

    @Test
    void aChildIsSampledAsItsSenderWas() {
        ChannelPolicy parent = new ChannelPolicy("*", WireFormat.BINARY, Relation.PARENT);
        try (Traces never = new Traces(Sampler.parentBased(Sampler.alwaysOff()));
                Traces always = new Traces()) {
            assertThat(sendAndReceive(parent, ORIGIN, pubSub.traces, never)
                            .current
                            .isSampled())
                    .isTrue();
            assertThat(sendAndReceive(parent, unsampled(ORIGIN), pubSub.traces, always)
                            .current
                            .isSampled())
                    .isFalse();
        }
    }

    @Test
    void theFirstPolicyWhoseGlobMatchesCounts() {
        ChannelPolicy first = new ChannelPolicy("or?ers.*", WireFormat.NONE, Relation.OFF);
        ChannelPolicy second = new ChannelPolicy("orders*", WireFormat.ENVELOPE, Relation.LINK);
        ChannelPolicies policies = ChannelPolicies.of(first, second);

        assertThat(policies.of("orders.eu")).isSameAs(first);
        assertThat(policies.of("orders.")).isSameAs(first);
        assertThat(policies.of("orders")).isSameAs(second);
        assertThat(policies.of("ordersXeu")).isSameAs(second);
        assertThat(policies.of("or\nders")).isEqualTo(ChannelPolicy.DEFAULT);
        assertThat(policies.of("my.orders")).isEqualTo(ChannelPolicy.DEFAULT);
    }

    /** What a handler finds. */
    private record Seen(
            DecodedMessage.Kind kind, Context context, SpanContext current, Baggage baggage, boolean laterIsSame) {}

    private static Seen sendAndReceive(ChannelPolicy policy, Sender sender, Traces receiving) {
        return switch (sender) {
            case TRACED -> sendAndReceive(policy, ORIGIN, pubSub.traces, receiving);
            case UNTRACED -> receive(policy, receiving, () -> raw.publish("orders", UNTRACED));
            case MALFORMED -> receive(policy, receiving, () -> raw.publish("orders", MALFORMED));
        };
    }

    private static Seen sendAndReceive(ChannelPolicy policy, SpanContext origin, Traces sending, Traces receiving) {
        TracedPublisher publisher = await(TracedPublisher.connect(
                pubSub.vertx, pubSub.settings(), sending.openTelemetry(), ChannelPolicies.of(policy)));
        Context context = Context.root().with(Span.wrap(origin)).with(BAGGAGE);
        try {
            return receive(policy, receiving, context.wrapSupplier(() -> publisher.publish("orders", UNTRACED))::get);
        } finally {
            await(publisher.close());
        }
    }

    private interface Publish {
        Future<Integer> run();
    }

    private static Seen receive(ChannelPolicy policy, Traces receiving, Publish publish) {
        TracedSubscriber subscriber = await(TracedSubscriber.connect(
                pubSub.vertx,
                pubSub.settings(),
                receiving.openTelemetry(),
                SubscriberOptions.DEFAULT.withPolicies(ChannelPolicies.of(policy))));
        Promise<Seen> seen = Promise.promise();
        await(subscriber.subscribe("orders", message -> {
            Context atFirst = Context.current();
            SpanContext span = Span.current().getSpanContext();
            return pubSub.vertx
                    .timer(1)
                    .onSuccess(v -> seen.complete(new Seen(
                            message.decoded().kind(),
                            atFirst,
                            span,
                            Baggage.current(),
                            Span.current().getSpanContext().equals(span))));
        }));
        await(publish.run());
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

    private static void assertParent(SpanData span, SpanContext parent) {
        assertThat(ids(span.getParentSpanContext())).isEqualTo(ids(parent == null ? SpanContext.getInvalid() : parent));
        if (parent != null) {
            assertThat(span.getTraceId()).isEqualTo(ORIGIN.getTraceId());
        }
    }

    private static void assertLinks(SpanData span, SpanContext sender) {
        assertThat(span.getLinks())
                .extracting(LinkData::getSpanContext)
                .extracting(RelationTest::ids)
                .isEqualTo(sender == null ? List.of() : List.of(ids(sender)));
    }

    private static List<Object> ids(SpanContext span) {
        return Arrays.asList(span.getTraceId(), span.getSpanId(), span.isSampled());
    }

    private static SpanContext unsampled(SpanContext span) {
        return SpanContext.createFromRemoteParent(
                span.getTraceId(), span.getSpanId(), TraceFlags.getDefault(), span.getTraceState());
    }
}
