import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.embedded.RedisServer;

class OrdersTest {

    @Test
    void consumerIsChildOfProducer() throws Exception {
        InMemorySpanExporter exporter = InMemorySpanExporter.create();
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                .build();
        Vertx vertx = Vertx.vertx();
        int port = freePort();
        RedisServer redis = RedisServer.newRedisServer().port(port).setting("save \"\"").build();
        redis.start();
        try (OpenTelemetrySdk sdk =
                OpenTelemetrySdk.builder().setTracerProvider(provider).buildAndRegisterGlobal()) {
            JsonObject config = new JsonObject().put("redis", "redis://localhost:" + port);
            vertx.deployVerticle(new Orders(), new DeploymentOptions().setConfig(config))
                    .await(20, SECONDS);

            await().until(() -> exporter.getFinishedSpanItems().size() == 2);
            SpanData producer = only(exporter, SpanKind.PRODUCER);
            SpanData consumer = only(exporter, SpanKind.CONSUMER);
            assertThat(producer.getName()).isEqualTo("publish orders");
            assertThat(producer.getParentSpanId()).isEqualTo(SpanId.getInvalid());
            assertThat(consumer.getName()).isEqualTo("process orders");
            assertThat(consumer.getTraceId()).isEqualTo(producer.getTraceId());
            assertThat(consumer.getParentSpanId()).isEqualTo(producer.getSpanId());
        } finally {
            vertx.close().await(20, SECONDS);
            redis.stop();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.redistributed.Main",
                "io.redistributed.queue.ReportQueue",
                "io.redistributed.embedded.EmbeddedRedis",
                "io.vertx.ext.web.Router",
                "ch.qos.logback.classic.Logger",
                "com.fasterxml.jackson.databind.ObjectMapper",
                "com.networknt.schema.JsonSchema",
                "de.siegmar.fastcsv.reader.CsvReader",
                "org.jctools.queues.MpscArrayQueue",
                "picocli.CommandLine",
            })
    void serviceDependenciesAreAbsent(String name) {
        assertThatThrownBy(() -> Class.forName(name)).isInstanceOf(ClassNotFoundException.class);
    }

    private static SpanData only(InMemorySpanExporter exporter, SpanKind kind) {
        return exporter.getFinishedSpanItems().stream()
                .filter(span -> span.getKind() == kind)
                .findFirst()
                .orElseThrow();
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
