package io.redistributed.pubsub.vertx;

import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.redistributed.context.WireFormat;
import io.redistributed.pubsub.ChannelPolicies;
import io.redistributed.pubsub.ChannelPolicy;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import io.redistributed.pubsub.Relation;
import io.redistributed.redis.RedisCommands;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class MetricsTest {

    private static final Buffer MALFORMED = Buffer.buffer(new byte[] {(byte) 0xF7, 0x52, 0x44, 0x01});

    @Test
    void recordsMessagesDurationsAndDelays(Vertx vertx) {
        InMemoryMetricReader reader = InMemoryMetricReader.create();
        OpenTelemetry openTelemetry = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder().build())
                .setMeterProvider(
                        SdkMeterProvider.builder().registerMetricReader(reader).build())
                .build();
        RedisPubSubTelemetry telemetry = RedisPubSubTelemetry.builder(openTelemetry)
                .setPolicies(ChannelPolicies.of(new ChannelPolicy("*", WireFormat.ENVELOPE, Relation.PARENT)))
                .build();
        AtomicInteger handled = new AtomicInteger();
        try (PubSub pubSub = new PubSub(vertx)) {
            TracedSubscriber subscriber = await(
                    TracedSubscriber.connect(pubSub.vertx, pubSub.settings(), telemetry, SubscriberOptions.DEFAULT));
            await(subscriber.subscribe("orders", message -> {
                handled.incrementAndGet();
                return message.body().toString().equals("bad")
                        ? Future.failedFuture(new IllegalStateException("bad"))
                        : Future.succeededFuture();
            }));
            RedisCommands raw = await(RedisCommands.connect(pubSub.vertx, pubSub.settings(), openTelemetry));
            TracedPublisher publisher = await(TracedPublisher.connect(pubSub.vertx, pubSub.settings(), telemetry));

            await(publisher.publish("orders", "good"));
            await(publisher.publish("orders", "good"));
            await(publisher.publish("orders", "bad"));
            await(raw.publish("orders", MALFORMED));
            eventually(() -> handled.get() == 4);
            await(subscriber.close());

            Map<String, MetricData> metrics = reader.collectAllMetrics().stream()
                    .collect(Collectors.toMap(MetricData::getName, metric -> metric));
            assertThat(sum(metrics.get("messaging.client.sent.messages"))).isEqualTo(3);
            assertThat(sum(metrics.get("messaging.client.consumed.messages"))).isEqualTo(4);
            assertThat(sum(metrics.get("redistributed.messages.malformed"))).isEqualTo(1);
            assertThat(histogram(metrics.get("redistributed.publish_to_process.delay")))
                    .extracting(HistogramPointData::getCount)
                    .containsExactly(3L);
            assertThat(histogram(metrics.get("messaging.process.duration")))
                    .extracting(HistogramPointData::getAttributes, HistogramPointData::getCount)
                    .containsExactlyInAnyOrder(
                            tuple(attributes(pubSub), 3L),
                            tuple(
                                    attributes(pubSub).toBuilder()
                                            .put("error.type", "java.lang.IllegalStateException")
                                            .build(),
                                    1L));
        }
    }

    private static long sum(MetricData metric) {
        return metric.getLongSumData().getPoints().stream()
                .mapToLong(LongPointData::getValue)
                .sum();
    }

    private static Collection<HistogramPointData> histogram(MetricData metric) {
        return metric.getHistogramData().getPoints();
    }

    private static Attributes attributes(PubSub pubSub) {
        return Attributes.builder()
                .put("messaging.system", "redis")
                .put("messaging.operation.name", "process")
                .put("messaging.destination.name", "orders")
                .put("server.address", "127.0.0.1")
                .put("server.port", pubSub.redis.port())
                .build();
    }
}
