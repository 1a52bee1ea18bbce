package io.redistributed.pubsub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.redistributed.context.DecodedMessage;
import io.redistributed.context.TraceCodec;
import io.redistributed.context.WireFormat;
import io.redistributed.testing.RedisCli;
import io.redistributed.testing.RedisServer;
import io.redistributed.testing.Traces;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RedisPubSubTelemetryTest {

    private static final byte[] BODY = "two cups".getBytes(UTF_8);
    private static final AttributeKey<String> DESTINATION = AttributeKey.stringKey("messaging.destination.name");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    private static final AttributeKey<Long> RECEIVERS = AttributeKey.longKey("redistributed.receivers");

    private final Traces traces = new Traces();
    private final List<byte[]> sent = new ArrayList<>();

    @AfterEach
    void close() {
        traces.close();
    }

    private RedisPubSubTelemetryBuilder builder(WireFormat format) {
        return RedisPubSubTelemetry.builder(traces.openTelemetry())
                .setPolicies(ChannelPolicies.of(new ChannelPolicy("*", format, Relation.PARENT)));
    }

    private RedisPubSubTelemetry writing(WireFormat format) {
        return builder(format).build();
    }

    private long send(byte[] message) {
        sent.add(message);
        return 2;
    }

    private long counted(String metric) {
        return traces.metric(metric).stream()
                .flatMap(data -> data.getLongSumData().getPoints().stream())
                .mapToLong(LongPointData::getValue)
                .sum();
    }

    @ParameterizedTest
    @EnumSource(
            value = WireFormat.class,
            names = {"BINARY", "ENVELOPE"})
    void traceCrossesRedis(WireFormat format) throws IOException {
        RedisPubSubTelemetry telemetry = writing(format);
        try (RedisServer redis = RedisServer.start();
                RedisCli publisher = redis.connect();
                RedisCli subscriber = redis.connect()) {
            subscriber.call("SUBSCRIBE", "orders");
            traces.within(
                    "order",
                    () -> telemetry.publish("orders", BODY, message -> {
                        sent.add(message);
                        return publish(publisher, message);
                    }));
            // The test's client reads texts, so it is the sent bytes that are processed.
            assertThat((List<?>) subscriber.read()).hasSize(3);
            telemetry.process("orders", sent.get(0), received -> {
                assertThat(received.bodyText()).isEqualTo("two cups");
                assertThat(received.bodyBytes()).isEqualTo(BODY);
                Span.current().setAttribute("seen", true);
            });
        }
        SpanData publish = traces.span("publish orders");
        SpanData process = traces.span("process orders");
        assertThat(publish.getKind()).isEqualTo(SpanKind.PRODUCER);
        assertThat(publish.getParentSpanId()).isEqualTo(traces.span("order").getSpanId());
        assertThat(publish.getAttributes().get(RECEIVERS)).isEqualTo(1);
        assertThat(process.getKind()).isEqualTo(SpanKind.CONSUMER);
        assertThat(process.getParentSpanId()).isEqualTo(publish.getSpanId());
        assertThat(process.getAttributes().get(AttributeKey.booleanKey("seen"))).isTrue();
        assertThat(counted("messaging.client.sent.messages")).isEqualTo(1);
        assertThat(counted("messaging.client.consumed.messages")).isEqualTo(1);
    }

    private static Long publish(RedisCli redis, byte[] message) {
        try {
            redis.sendBytes(List.of("PUBLISH".getBytes(UTF_8), "orders".getBytes(UTF_8), message));
            return (Long) redis.read();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void defaultReadsBothFormatsAndWritesNone() {
        RedisPubSubTelemetry telemetry = RedisPubSubTelemetry.create(traces.openTelemetry());
        long receivers = telemetry.publish("orders", BODY, this::send);
        assertThat(receivers).isEqualTo(2);
        assertThat(sent).containsExactly(BODY);
        assertThat(sent.get(0)).isSameAs(BODY);

        for (WireFormat format : List.of(WireFormat.BINARY, WireFormat.ENVELOPE)) {
            writing(format).publish("orders", BODY, this::send);
            byte[] message = sent.get(sent.size() - 1);
            telemetry.process("orders", message, received -> assertThat(received.bodyBytes())
                    .isEqualTo(BODY));
        }
        assertThat(traces.spans("process orders"))
                .extracting(SpanData::getTraceId)
                .containsExactlyElementsOf(traces.spans("publish orders").stream()
                        .skip(1)
                        .map(SpanData::getTraceId)
                        .toList());
    }

    @Test
    void failuresAreRecordedAndRethrown() {
        RedisPubSubTelemetry telemetry = writing(WireFormat.BINARY);
        IllegalStateException away = new IllegalStateException("away");
        assertThatThrownBy(() -> telemetry.publish("orders", BODY, message -> {
                    throw away;
                }))
                .isSameAs(away);
        assertThatThrownBy(() -> telemetry.process("orders", BODY, received -> {
                    throw away;
                }))
                .isSameAs(away);

        for (String name : List.of("publish orders", "process orders")) {
            SpanData span = traces.span(name);
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
            assertThat(span.getStatus().getDescription()).isEqualTo("away");
            assertThat(span.getAttributes().get(ERROR_TYPE)).isEqualTo("java.lang.IllegalStateException");
        }
        assertThat(Span.current().getSpanContext().isValid()).isFalse();
    }

    @Test
    void completedStageEndsSpan() {
        RedisPubSubTelemetry telemetry = writing(WireFormat.BINARY).withErrorType(failure -> "NOPERM");
        CompletableFuture<Long> reply = new CompletableFuture<>();
        CompletableFuture<Long> refusal = new CompletableFuture<>();
        CompletableFuture<Void> handled = new CompletableFuture<>();
        CompletableFuture<Long> replied = telemetry.publish("orders", BODY, message -> reply);
        assertThat(replied).isSameAs(reply);
        telemetry.publish("invoices", BODY, message -> refusal.thenApply(receivers -> receivers));
        CompletionStage<Void> stage = telemetry.processAsync("orders", BODY, received -> {
            assertThat(Span.current().getSpanContext().isValid()).isTrue();
            return handled;
        });
        assertThat(stage).isSameAs(handled);
        assertThat(traces.spans()).isEmpty();

        reply.complete(3L);
        refusal.completeExceptionally(new CompletionException(new IllegalStateException("no")));
        handled.completeExceptionally(new IllegalArgumentException("bad"));

        assertThat(traces.span("publish orders").getAttributes().get(RECEIVERS)).isEqualTo(3);
        assertThat(traces.span("publish invoices").getStatus().getDescription()).isEqualTo("no");
        assertThat(traces.span("publish invoices").getAttributes().get(ERROR_TYPE))
                .isEqualTo("NOPERM");
        assertThat(traces.span("process orders").getStatus().getDescription()).isEqualTo("bad");
    }

    @Test
    void asyncHandlerMustNotReturnNull() {
        RedisPubSubTelemetry telemetry = writing(WireFormat.BINARY);
        assertThatThrownBy(() -> telemetry.processAsync("orders", BODY, received -> null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("handler returned null");
        assertThat(traces.span("process orders").getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    }

    @Test
    void destinationFunctionNamesBothSides() {
        RedisPubSubTelemetry telemetry = builder(WireFormat.BINARY)
                .setDestination(channel -> channel.startsWith("session:") ? "session:*" : channel)
                .setPolicies(ChannelPolicies.of(new ChannelPolicy("session:*", WireFormat.BINARY, Relation.PARENT)))
                .build();
        for (int i = 0; i < 3; i++) {
            telemetry.publish("session:" + i, BODY, this::send);
            telemetry.process("session:" + i, sent.get(i), received -> {});
        }
        assertThat(traces.spans("publish session:*")).hasSize(3);
        assertThat(traces.spans("process session:*")).hasSize(3).allMatch(span -> "session:*"
                .equals(span.getAttributes().get(DESTINATION)));
    }

    @Test
    void manyDestinationsKeepTheirNames() {
        RedisPubSubTelemetry telemetry = writing(WireFormat.BINARY);
        for (int i = 0; i < 2_500; i++) {
            telemetry.publish("c" + i, BODY, this::send);
        }
        telemetry.publish("c1", BODY, this::send);
        assertThat(traces.spans("publish c1")).hasSize(2);
        assertThat(traces.spans("publish c2499")).hasSize(1);
    }

    @Test
    void excludedChannelsPassUnchanged() {
        writing(WireFormat.BINARY).publish("orders", BODY, this::send);
        byte[] traced = sent.get(0);
        traces.reset();
        RedisPubSubTelemetry telemetry = builder(WireFormat.BINARY)
                .setChannelFilter(channel -> !channel.startsWith("__key"))
                .build();

        telemetry.publish("__keyspace@0__:a", BODY, this::send);
        telemetry.process("__keyspace@0__:a", traced, received -> {
            assertThat(received.bodyBytes()).isEqualTo(traced);
            assertThat(received.kind()).isEqualTo(DecodedMessage.Kind.UNTRACED);
        });

        assertThat(sent.get(1)).isSameAs(BODY);
        assertThat(traces.spans()).isEmpty();
        assertThat(counted("messaging.client.sent.messages")).isEqualTo(1);
        assertThat(counted("messaging.client.consumed.messages")).isZero();
    }

    @Test
    void untracedChannelHasNoSpans() {
        RedisPubSubTelemetry telemetry = RedisPubSubTelemetry.builder(traces.openTelemetry())
                .setPolicies(ChannelPolicies.of(new ChannelPolicy("*", WireFormat.NONE, Relation.OFF)))
                .build();
        telemetry.publish("orders", BODY, this::send);
        telemetry.process("orders", BODY, received -> assertThat(Context.current() == Context.root())
                .isFalse());
        assertThat(traces.spans()).isEmpty();
        assertThat(counted("messaging.client.sent.messages")).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = WireFormat.class,
            names = {"BINARY", "ENVELOPE"})
    void tracedBodyGetsNoSecondHeader(WireFormat format) {
        RedisPubSubTelemetry telemetry = writing(format);
        telemetry.publish("orders", BODY, this::send);
        telemetry.publish("orders", sent.get(0), this::send);
        assertThat(sent.get(1)).isEqualTo(sent.get(0));

        PublishOperation sliced = telemetry.startPublish("orders", ByteBuffer.wrap(sent.get(0)));
        sliced.end();
        assertThat(sliced.header()).isEmpty();
        assertThat(sliced.message()).isEqualTo(sent.get(0));
    }

    @Test
    void nestedPublishIsRecordedOnce() {
        RedisPubSubTelemetry outer = writing(WireFormat.BINARY);
        RedisPubSubTelemetry inner = writing(WireFormat.ENVELOPE);
        outer.publish("orders", BODY, first -> inner.publish("orders", first, this::send));

        SpanData span = traces.span("publish orders");
        assertThat(TraceCodec.decode(sent.get(0)).kind()).isEqualTo(DecodedMessage.Kind.BINARY);
        assertThat(TraceCodec.decode(sent.get(0)).spanContext().getSpanId()).isEqualTo(span.getSpanId());
        assertThat(counted("messaging.client.sent.messages")).isEqualTo(1);
    }

    @Test
    void publishToOtherChannelOrLaterIsSeparate() {
        RedisPubSubTelemetry telemetry = writing(WireFormat.BINARY);
        PublishOperation first = telemetry.startPublish("orders", BODY);
        try (Scope scope = first.makeCurrent()) {
            telemetry.publish("audit", BODY, this::send);
            first.end();
            telemetry.publish("orders", BODY, this::send);
        }
        assertThat(traces.spans("publish audit")).hasSize(1);
        assertThat(traces.spans("publish orders")).hasSize(2);
        assertThat(sent).isNotEmpty().allMatch(message -> message.length == 29 + BODY.length);
    }

    @Test
    void nestedProcessIsOneSpan() {
        RedisPubSubTelemetry telemetry = writing(WireFormat.BINARY);
        telemetry.publish("orders", BODY, this::send);
        telemetry.process(
                "orders",
                sent.get(0),
                outer -> telemetry.process("orders", outer.bodyBytes(), inner -> assertThat(
                                Span.current().getSpanContext().isValid())
                        .isTrue()));
        assertThat(traces.span("process orders").getParentSpanId())
                .isEqualTo(traces.span("publish orders").getSpanId());
        assertThat(counted("messaging.client.consumed.messages")).isEqualTo(1);
    }

    @Test
    void operationsEndOnce() {
        RedisPubSubTelemetry telemetry = writing(WireFormat.BINARY);
        PublishOperation publish = telemetry.startPublish("orders", BODY.length);
        publish.end(5);
        publish.fail(new IllegalStateException("late"));
        publish.end();
        assertThatThrownBy(publish::message).isInstanceOf(IllegalStateException.class);
        assertThat(publish.header()).hasSize(29);

        ProcessOperation process = telemetry.startProcess("orders", telemetry.decode("orders", BODY));
        process.end();
        process.fail(new IllegalStateException("late"));

        assertThat(traces.spans()).hasSize(2).allMatch(span -> span.getStatus().getStatusCode() == StatusCode.UNSET);
        assertThat(traces.span("publish orders").getAttributes().get(RECEIVERS)).isEqualTo(5);
        assertThat(counted("messaging.client.sent.messages")).isEqualTo(1);
    }

    @Test
    void namesAndAttributesAreCustomizable() {
        AttributeKey<String> cups = AttributeKey.stringKey("cups");
        RedisPubSubTelemetry telemetry = builder(WireFormat.ENVELOPE)
                .setSpanNameExtractor((operation, destination) -> destination + " " + operation)
                .addAttributesExtractor((attributes, message) -> {
                    byte[] body = new byte[message.body().remaining()];
                    message.body().get(body);
                    attributes.put(cups, message.operation() + " " + message.channel() + " " + new String(body, UTF_8));
                })
                .addAttributesExtractor((attributes, message) -> {
                    throw new IllegalStateException("extractors must not cost messages");
                })
                .build()
                .withServer("db1", 6380);
        telemetry.publish("orders", BODY, this::send);
        telemetry.process("orders", sent.get(0), received -> {});

        assertThat(traces.span("orders publish").getAttributes().get(cups)).isEqualTo("publish orders two cups");
        assertThat(traces.span("orders process").getAttributes().get(cups)).isEqualTo("process orders two cups");
        assertThat(traces.spans())
                .isNotEmpty()
                .allMatch(span -> "db1".equals(span.getAttributes().get(AttributeKey.stringKey("server.address"))))
                .allMatch(span -> span.getAttributes().get(AttributeKey.longKey("server.port")) == 6380);
    }

    @Test
    void scopeHasVersionAndMetricsAreOptional() {
        RedisPubSubTelemetry telemetry =
                builder(WireFormat.BINARY).setMetricsEnabled(false).build();
        telemetry.publish("orders", BODY, this::send);
        telemetry.process("orders", sent.get(0), received -> {});

        assertThat(traces.spans()).hasSize(2).allSatisfy(span -> {
            assertThat(span.getInstrumentationScopeInfo().getName()).isEqualTo("io.redistributed.pubsub");
            assertThat(span.getInstrumentationScopeInfo().getVersion()).matches("\\d+\\.\\d+\\.\\d+.*");
        });
        assertThat(traces.metrics()).isEmpty();
    }

    @Test
    void envelopeCarriesBaggage() {
        RedisPubSubTelemetry telemetry = writing(WireFormat.ENVELOPE);
        Baggage baggage = Baggage.builder().put("tenant", "blue").build();
        try (Scope scope = Context.current().with(baggage).makeCurrent()) {
            telemetry.publish("orders", BODY, this::send);
        }
        telemetry.process(
                "orders", sent.get(0), received -> assertThat(Baggage.current()).isEqualTo(baggage));
        assertThat(traces.spans("process orders")).hasSize(1);
    }

    @Test
    void errorRepliesAreRecordedByTheirCode() {
        RedisPubSubTelemetry telemetry = RedisPubSubTelemetry.create(traces.openTelemetry())
                .withErrorType(failure -> "other")
                .withErrorReplies(IllegalStateException.class);
        telemetry.startPublish("a", BODY).fail(new IllegalStateException("NOPERM no rights"));
        telemetry.startPublish("b", BODY).fail(new CompletionException(new IllegalStateException("ERR oops")));
        telemetry.startPublish("c", BODY).fail(new IllegalStateException("Redis is away"));
        telemetry.startPublish("d", BODY).fail(new IllegalArgumentException("NOPERM"));
        assertThat(traces.spans())
                .extracting(span -> span.getAttributes().get(ERROR_TYPE))
                .containsExactly("NOPERM", "ERR", "other", "other");
    }

    @Test
    void rejectsNull() {
        RedisPubSubTelemetry telemetry = writing(WireFormat.BINARY);
        assertThatThrownBy(() -> telemetry.publish(null, BODY, this::send)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> telemetry.publish("orders", null, this::send))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> telemetry.publish("orders", BODY, null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> telemetry.process(null, BODY, received -> {}))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> telemetry.process("orders", BODY, null)).isInstanceOf(NullPointerException.class);
        assertThat(traces.spans()).isEmpty();
        assertThat(sent).isEmpty();
    }
}
