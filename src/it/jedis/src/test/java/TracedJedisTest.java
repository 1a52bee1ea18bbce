import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.Jedis;
import redis.embedded.RedisServer;

class TracedJedisTest {

    private static final byte[] ORDERS = "orders".getBytes(UTF_8);

    @Test
    void consumerIsChildOfProducer() throws Exception {
        InMemorySpanExporter exporter = InMemorySpanExporter.create();
        CompletableFuture<String> received = new CompletableFuture<>();
        int port = freePort();
        RedisServer redis = RedisServer.newRedisServer().port(port).setting("save \"\"").build();
        redis.start();
        try (SdkTracerProvider provider = SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                        .build();
                Jedis publishing = new Jedis("localhost", port);
                Jedis subscribed = new Jedis("localhost", port)) {
            TracedJedis traced = new TracedJedis(
                    OpenTelemetrySdk.builder().setTracerProvider(provider).build());
            BinaryJedisPubSub subscriber = traced.subscriber(message -> received.complete(message.bodyText()));
            CompletableFuture<Void> listening =
                    CompletableFuture.runAsync(() -> subscribed.subscribe(subscriber, ORDERS));
            await().until(subscriber::isSubscribed);

            traced.publish(publishing, "orders", "two espresso cups".getBytes(UTF_8));

            assertThat(received.get(20, SECONDS)).isEqualTo("two espresso cups");
            await().until(() -> exporter.getFinishedSpanItems().size() == 2);
            SpanData producer = only(exporter, "publish orders");
            SpanData consumer = only(exporter, "process orders");
            assertThat(consumer.getTraceId()).isEqualTo(producer.getTraceId());
            assertThat(consumer.getParentSpanId()).isEqualTo(producer.getSpanId());
            assertThat(consumer.getParentSpanContext().isRemote()).isTrue();

            subscriber.unsubscribe();
            listening.get(20, SECONDS);
        } finally {
            redis.stop();
        }
    }

    private static SpanData only(InMemorySpanExporter exporter, String name) {
        List<SpanData> found = exporter.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
