package io.redistributed.pubsub.vertx;

import static io.opentelemetry.api.common.AttributeKey.doubleKey;
import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.redistributed.context.WireFormat;
import io.redistributed.pubsub.ChannelPolicy;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import io.redistributed.pubsub.Relation;
import io.redistributed.pubsub.vertx.PubSub.Inbox;
import io.redistributed.testing.RedisServer;
import io.redistributed.testing.Traces;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.junit5.VertxExtension;
import io.vertx.tracing.opentelemetry.OpenTelemetryTracingFactory;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(VertxExtension.class)
class PublishSubscribeTest {

    private static final ChannelPolicy ENVELOPE = new ChannelPolicy("*", WireFormat.ENVELOPE, Relation.PARENT);

    static Stream<Supplier<RedisServer>> servers() {
        return Stream.of(RedisServer::start, RedisServer::startBundled);
    }

    @ParameterizedTest
    @MethodSource("servers")
    void consumerSpanIsChildOfProducerSpan(Supplier<RedisServer> server, Vertx vertx) {
        try (PubSub pubSub = new PubSub(vertx, server.get())) {
            Inbox inbox = new Inbox();
            await(pubSub.subscriber(SubscriberOptions.DEFAULT).subscribe("orders", inbox));
            TracedPublisher publisher = pubSub.publisher();

            int receivers = await(pubSub.traces.within("order", () -> publisher.publish("orders", "größe")));

            assertThat(receivers).isEqualTo(1);
            SpanData process = pubSub.traces.span("process orders");
            SpanData publish = pubSub.traces.span("publish orders");
            SpanData root = pubSub.traces.span("order");
            assertThat(inbox.texts()).containsExactly("größe");
            assertThat(List.of(publish.getTraceId(), process.getTraceId())).containsOnly(root.getTraceId());
            assertThat(publish.getParentSpanId()).isEqualTo(root.getSpanId());
            assertThat(process.getParentSpanId()).isEqualTo(publish.getSpanId());
            assertThat(publish.getKind()).isEqualTo(SpanKind.PRODUCER);
            assertThat(process.getKind()).isEqualTo(SpanKind.CONSUMER);
            assertThat(publish.getStatus()).isEqualTo(StatusData.unset());
            assertThat(process.getStatus()).isEqualTo(StatusData.unset());
            assertThat(process.getLinks()).isEmpty();
            assertThat(process.getParentSpanContext().isRemote()).isTrue();
            assertThat(publish.getAttributes().asMap())
                    .isEqualTo(messaging(pubSub, "publish", "send", 7, 36).toBuilder()
                            .put("redistributed.receivers", 1)
                            .build()
                            .asMap());
            assertThat(process.getAttributes().asMap())
                    .isEqualTo(messaging(pubSub, "process", "process", 7, 36).asMap());
            assertThat(pubSub.traces.spans()).hasSize(3);
        }
    }

    @Test
    void envelopeAddsMessageIdAndDelay(Vertx vertx) {
        try (PubSub pubSub = new PubSub(vertx)) {
            await(pubSub.subscriber(SubscriberOptions.DEFAULT).subscribe("orders", new Inbox()));

            await(pubSub.publisher(ENVELOPE).publish("orders", "12345"));

            SpanData process = pubSub.traces.span("process orders");
            SpanData publish = pubSub.traces.span("publish orders");
            String id = publish.getAttributes().get(Keys.MESSAGE_ID);
            long size = publish.getAttributes().get(Keys.ENVELOPE_SIZE);
            double delay = process.getAttributes().get(Keys.DELAY);
            assertThat(id).hasSize(36);
            assertThat(delay).isNotNegative();
            assertThat(publish.getAttributes().asMap())
                    .isEqualTo(messaging(pubSub, "publish", "send", 5, size).toBuilder()
                            .put("messaging.message.id", id)
                            .put("redistributed.receivers", 1)
                            .build()
                            .asMap());
            assertThat(process.getAttributes().asMap())
                    .isEqualTo(messaging(pubSub, "process", "process", 5, size).toBuilder()
                            .put("messaging.message.id", id)
                            .put(doubleKey("redistributed.publish_to_process.delay"), delay)
                            .build()
                            .asMap());
        }
    }

    @ParameterizedTest
    @EnumSource(WireFormat.class)
    void bodiesArriveUnchanged(WireFormat format, Vertx vertx) {
        byte[] random = new byte[64 * 1024];
        new Random(7).nextBytes(random);
        List<Buffer> bodies = List.of(
                Buffer.buffer(),
                Buffer.buffer(new byte[] {0}),
                Buffer.buffer("\r\n"),
                Buffer.buffer("x".repeat(29)),
                Buffer.buffer(random));
        try (PubSub pubSub = new PubSub(vertx)) {
            Inbox inbox = new Inbox();
            await(pubSub.subscriber(SubscriberOptions.DEFAULT).subscribe("orders", inbox));
            TracedPublisher publisher = pubSub.publisher(new ChannelPolicy("*", format, Relation.PARENT));

            bodies.forEach(body -> publisher.publish("orders", body));

            eventually(() -> inbox.bodies.size() == bodies.size());
            assertThat(inbox.bodies).isEqualTo(bodies);
        }
    }

    @Test
    void spanHasNumberOfReceivers(Vertx vertx) {
        try (PubSub pubSub = new PubSub(vertx)) {
            assertThat(await(pubSub.publisher().publish("orders", "x"))).isZero();
            assertThat(pubSub.traces.span("publish orders").getAttributes().get(Keys.RECEIVERS))
                    .isZero();
        }
    }

    @Test
    void refusedPublishFailsWithErrorSpan(Vertx vertx) {
        try (PubSub pubSub = new PubSub(vertx, "user default on nopass +@all ~* resetchannels")) {
            Future<Integer> published = pubSub.publisher()
                    .publish("orders", "x")
                    .otherwise(cause -> {
                        assertThat(cause).hasMessageContaining("NOPERM");
                        return -1;
                    });

            assertThat(await(published)).isEqualTo(-1);
            SpanData publish = pubSub.traces.span("publish orders");
            assertThat(publish.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
            assertThat(publish.getStatus().getDescription()).contains("NOPERM");
            assertThat(publish.getAttributes().get(Keys.ERROR_TYPE)).isNotNull();
        }
    }

    @Test
    void failedHandlerHasErrorSpanAndNextMessageIsHandled(Vertx vertx) {
        try (PubSub pubSub = new PubSub(vertx)) {
            TracedSubscriber subscriber = pubSub.subscriber(SubscriberOptions.DEFAULT.withMaxInFlight(1));
            await(subscriber.subscribe(
                    "orders", message -> switch (message.body().toString()) {
                        case "throws" -> throw new IllegalStateException("thrown");
                        case "error" -> throw new StackOverflowError("deep");
                        case "fails" -> Future.failedFuture(new IllegalArgumentException("failed"));
                        case "silent" -> Future.failedFuture(new IllegalArgumentException());
                        case "null" -> null;
                        default -> Future.succeededFuture();
                    }));
            TracedPublisher publisher = pubSub.publisher();

            List.of("throws", "error", "fails", "silent", "null", "good")
                    .forEach(body -> publisher.publish("orders", body));

            eventually(() -> pubSub.traces.spans("process orders").size() == 6);
            List<SpanData> processed = pubSub.traces.spans("process orders");
            assertThat(processed)
                    .extracting(span -> span.getStatus().getStatusCode())
                    .containsExactly(
                            StatusCode.ERROR,
                            StatusCode.ERROR,
                            StatusCode.ERROR,
                            StatusCode.ERROR,
                            StatusCode.ERROR,
                            StatusCode.UNSET);
            assertThat(processed)
                    .extracting(span -> span.getStatus().getDescription())
                    .containsExactly("thrown", "deep", "failed", "", "the handler returned null", "");
            assertThat(processed.get(0).getAttributes().get(Keys.ERROR_TYPE))
                    .isEqualTo("java.lang.IllegalStateException");
            assertThat(processed.get(0).getEvents()).hasSize(1);
            assertThat(processed.get(5).getAttributes().get(Keys.ERROR_TYPE)).isNull();
        }
    }

    @Test
    void throwingSpanProcessorDoesNotBlockSubscriber(Vertx vertx) {
        OpenTelemetry broken = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(new BrokenSpanProcessor())
                        .build())
                .build();
        try (PubSub pubSub = new PubSub(vertx)) {
            Inbox inbox = new Inbox();
            TracedSubscriber subscriber = await(TracedSubscriber.connect(
                    pubSub.vertx,
                    pubSub.settings(),
                    RedisPubSubTelemetry.create(broken),
                    SubscriberOptions.DEFAULT.withMaxInFlight(1)));
            await(subscriber.subscribe("orders", inbox));
            TracedPublisher publisher = pubSub.publisher();

            List.of("1", "2", "3").forEach(body -> publisher.publish("orders", body));

            eventually(() -> inbox.bodies.size() == 3);
        }
    }

    @Test
    void worksFromPlainThreadWithVertxTracer() {
        withTracerOfVertx((pubSub, vertxTraces) -> {
            Inbox inbox = new Inbox();
            await(pubSub.subscriber(SubscriberOptions.DEFAULT).subscribe("orders", inbox));

            await(pubSub.publisher().publish("orders", "x"));

            SpanData process = pubSub.traces.span("process orders");
            SpanData publish = pubSub.traces.span("publish orders");
            assertThat(publish.getParentSpanId()).isEqualTo(SpanId.getInvalid());
            assertThat(process.getParentSpanId()).isEqualTo(publish.getSpanId());
            assertThat(inbox.texts()).containsExactly("x");
            assertThat(vertxTraces.spans()).isEmpty();
        });
    }

    @Test
    void vertxSpansAreChildrenOfHandlerSpan() {
        withTracerOfVertx((pubSub, vertxTraces) -> {
            askInHandler(pubSub, ChannelPolicy.BINARY);

            SpanData process = pubSub.traces.span("process orders");
            eventually(() -> !vertxTraces.spans().isEmpty());
            assertThat(vertxTraces.spans()).extracting(SpanData::getTraceId).containsOnly(process.getTraceId());
        });
    }

    @ParameterizedTest
    @EnumSource(
            value = Relation.class,
            names = {"OFF", "PROPAGATE"})
    void vertxTracesNothingInUntracedHandler(Relation relation) {
        withTracerOfVertx((pubSub, vertxTraces) -> {
            askInHandler(pubSub, new ChannelPolicy("*", WireFormat.NONE, relation));

            assertThat(vertxTraces.spans()).isEmpty();
        });
    }

    @Test
    void publishInHandlerContinuesTrace(Vertx vertx) {
        try (PubSub pubSub = new PubSub(vertx)) {
            TracedSubscriber subscriber = pubSub.subscriber(SubscriberOptions.DEFAULT);
            TracedPublisher publisher = pubSub.publisher();
            await(subscriber.subscribe("orders", message -> publisher
                    .publish("invoices", message.body())
                    .onSuccess(receivers -> Span.current().setAttribute("after", receivers))));
            await(subscriber.subscribe("invoices", new Inbox()));

            await(publisher.publish("orders", "x"));

            SpanData invoice = pubSub.traces.span("process invoices");
            SpanData order = pubSub.traces.span("process orders");
            SpanData publish = pubSub.traces.span("publish invoices");
            assertThat(publish.getParentSpanId()).isEqualTo(order.getSpanId());
            assertThat(invoice.getParentSpanId()).isEqualTo(publish.getSpanId());
            assertThat(order.getAttributes().asMap().toString()).contains("after");
        }
    }

    private static final class BrokenSpanProcessor implements SpanProcessor {

        @Override
        public void onStart(Context parent, ReadWriteSpan span) {}

        @Override
        public boolean isStartRequired() {
            return false;
        }

        @Override
        public void onEnd(ReadableSpan span) {
            throw new IllegalStateException("thrown by the span processor");
        }

        @Override
        public boolean isEndRequired() {
            return true;
        }
    }

    private static void withTracerOfVertx(BiConsumer<PubSub, Traces> test) {
        try (Traces vertxTraces = new Traces()) {
            Vertx traced = Vertx.builder()
                    .withTracer(new OpenTelemetryTracingFactory(vertxTraces.openTelemetry()))
                    .build();
            try (PubSub pubSub = new PubSub(traced, RedisServer.start())) {
                test.accept(pubSub, vertxTraces);
            }
        }
    }

    /** Publishes a message whose handler sends a request over the event bus, and waits for its end. */
    private static void askInHandler(PubSub pubSub, ChannelPolicy policy) {
        pubSub.vertx.eventBus().consumer("echo", message -> message.reply(message.body()));
        Promise<Object> answered = Promise.promise();
        await(pubSub.subscriber(pubSub.telemetry(policy), SubscriberOptions.DEFAULT)
                .subscribe("orders", message -> {
                    Future<?> reply =
                            pubSub.vertx.eventBus().request("echo", "x").map(Message::body);
                    return reply.onSuccess(answered::complete);
                }));
        await(pubSub.publisher(policy).publish("orders", "x"));
        assertThat(await(answered.future())).isEqualTo("x");
    }

    private static Attributes messaging(PubSub pubSub, String name, String type, long bodySize, long size) {
        return Attributes.builder()
                .put("messaging.system", "redis")
                .put("messaging.operation.name", name)
                .put("messaging.operation.type", type)
                .put("messaging.destination.name", "orders")
                .put("messaging.message.body.size", bodySize)
                .put("messaging.message.envelope.size", size)
                .put("server.address", "127.0.0.1")
                .put("server.port", pubSub.redis.port())
                .build();
    }
}
