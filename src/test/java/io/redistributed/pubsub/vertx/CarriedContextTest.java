package io.redistributed.pubsub.vertx;

import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageEntryMetadata;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.redistributed.context.MessageContext;
import io.redistributed.context.TraceCodec;
import io.redistributed.context.WireFormat;
import io.redistributed.pubsub.ChannelPolicy;
import io.redistributed.pubsub.Relation;
import io.redistributed.pubsub.vertx.PubSub.Inbox;
import io.redistributed.redis.RedisCommands;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Content of the envelope in addition to the ids. */
@ExtendWith(VertxExtension.class)
class CarriedContextTest {

    private static final SpanContext ORIGIN = SpanContext.createFromRemoteParent(
            "4bf92f3577b34da6a3ce929d000e4736",
            "34f067aa0ba902b7",
            TraceFlags.getSampled(),
            TraceState.builder().put("other", "2").put("vendor@eu", "a=b").build());

    private static final Baggage BAGGAGE = Baggage.builder()
            .put("tenant", "größe, = ; %")
            .put("user", "7", BaggageEntryMetadata.create("ttl=5"))
            .build();

    private PubSub pubSub;

    @BeforeEach
    void start(Vertx vertx) {
        pubSub = new PubSub(vertx);
    }

    @AfterEach
    void stop() {
        pubSub.close();
    }

    @Test
    void envelopeCarriesTracestateAndBaggage() {
        Context arrived = sent(WireFormat.ENVELOPE);

        assertThat(Span.fromContext(arrived).getSpanContext().getTraceState()).isEqualTo(ORIGIN.getTraceState());
        assertThat(Baggage.fromContext(arrived)).isEqualTo(BAGGAGE);
    }

    @Test
    void binaryOmitsTracestateAndBaggage() {
        Context arrived = sent(WireFormat.BINARY);

        SpanContext current = Span.fromContext(arrived).getSpanContext();
        assertThat(current.getTraceId()).isEqualTo(ORIGIN.getTraceId());
        assertThat(current.getTraceState()).isEqualTo(TraceState.getDefault());
        assertThat(Baggage.fromContext(arrived)).isEqualTo(Baggage.empty());
    }

    @Test
    void delayIsOnSpanAndMetric() {
        double delay = delayOfAMessagePublished(Instant.now().minus(Duration.ofHours(1)));

        assertThat(delay).isGreaterThanOrEqualTo(3_600);
        assertThat(delays()).singleElement().satisfies(point -> {
            assertThat(point.getCount()).isEqualTo(1);
            assertThat(point.getSum()).isEqualTo(delay);
        });
    }

    @Test
    void delayIsNeverNegative() {
        assertThat(delayOfAMessagePublished(Instant.now().plus(Duration.ofHours(1))))
                .isZero();

        assertThat(delays())
                .singleElement()
                .extracting(HistogramPointData::getMin)
                .isEqualTo(0.0);
    }

    @Test
    void noDelayWithoutPublishTime() {
        sent(WireFormat.BINARY);

        assertThat(pubSub.traces.span("process invoices").getAttributes().get(Keys.DELAY))
                .isNull();
        assertThat(pubSub.traces.metric("redistributed.publish_to_process.delay"))
                .isEmpty();
    }

    /** The current context in a second handler, to whose channel the first one publishes. */
    private Context sent(WireFormat format) {
        TracedSubscriber subscriber = pubSub.subscriber(SubscriberOptions.DEFAULT);
        TracedPublisher publisher = pubSub.publisher(new ChannelPolicy("*", format, Relation.PARENT));
        Promise<Context> arrived = Promise.promise();
        await(subscriber.subscribe("orders", message -> publisher.publish("invoices", message.body())));
        await(subscriber.subscribe("invoices", message -> {
            arrived.complete(Context.current());
            return Future.succeededFuture();
        }));
        Context origin = Context.root().with(Span.wrap(ORIGIN)).with(BAGGAGE);

        await(origin.wrapSupplier(() -> publisher.publish("orders", "x")).get());

        return await(arrived.future());
    }

    private double delayOfAMessagePublished(Instant time) {
        await(pubSub.subscriber(SubscriberOptions.DEFAULT).subscribe("orders", new Inbox()));
        RedisCommands raw = await(RedisCommands.connect(pubSub.vertx, pubSub.settings(), OpenTelemetry.noop()));
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, time);
        MessageContext context = new MessageContext(ORIGIN, Baggage.empty(), micros, null);
        await(raw.publish("orders", Buffer.buffer(TraceCodec.encode(WireFormat.ENVELOPE, context, new byte[] {1}))));
        eventually(() -> !pubSub.traces.spans("process orders").isEmpty());
        return pubSub.traces.span("process orders").getAttributes().get(Keys.DELAY);
    }

    private Collection<HistogramPointData> delays() {
        return pubSub.traces
                .metric("redistributed.publish_to_process.delay")
                .orElseThrow()
                .getHistogramData()
                .getPoints();
    }
}
