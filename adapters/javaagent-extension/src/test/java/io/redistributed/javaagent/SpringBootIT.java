package io.redistributed.javaagent;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanKind;
import io.redistributed.testing.OtlpHttpCollector;
import io.redistributed.testing.ReceivedSpan;
import io.redistributed.testing.RedisServer;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** An unchanged program on Spring Boot, with the class loaders of a fat jar. */
class SpringBootIT {

    private static Vertx vertx;
    private static RedisServer redis;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        redis = RedisServer.start();
    }

    @AfterAll
    static void stop() {
        redis.close();
        vertx.close().await();
    }

    @Test
    void newestVersionTracesAreComplete() throws Exception {
        assertWhole("newest", "lettuce", System.getProperty("java.home"));
    }

    @Test
    @Tag("all")
    void newestVersionOnJedisTracesAreComplete() throws Exception {
        assertWhole("newest", "jedis", System.getProperty("java.home"));
    }

    @Test
    @Tag("all")
    void oldestVersionTracesAreComplete() throws Exception {
        assertWhole("oldest", "lettuce", System.getProperty("java.home"));
    }

    @Test
    @Tag("all")
    void oldestVersionOnJedisTracesAreComplete() throws Exception {
        assertWhole("oldest", "jedis", System.getProperty("java.home"));
    }

    @Test
    @Tag("all")
    @EnabledIfEnvironmentVariable(named = "OTHER_JAVA_HOME", matches = ".+")
    void otherJavaVersionTracesAreComplete() throws Exception {
        assertWhole("newest", "lettuce", System.getenv("OTHER_JAVA_HOME"));
    }

    private static void assertWhole(String version, String driver, String javaHome) throws Exception {
        try (OtlpHttpCollector collector = new OtlpHttpCollector(vertx)) {
            AgentProcess program = new AgentProcess(collector, javaHome)
                    .withEnvironment("OTEL_INSTRUMENTATION_REDIS_PUBSUB_WRITE", "envelope")
                    .tracing(
                            "programs.BootProgram", "blocking", "pattern", "adapter", "failing", "reactive", "handled");
            Path jar = Path.of(System.getProperty("boot.jars").replace("VERSION", version));
            List<String> lines = program.runJar(
                    jar, "--spring.data.redis.port=" + redis.port(), "--spring.data.redis.client-type=" + driver);
            assertThat(lines)
                    .contains("done")
                    .noneMatch(line -> line.contains("Tracing a Redis Pub/Sub message failed"));
            TraceTree traces = new TraceTree(collector.spans());
            traces.assertWhole("BootProgram", "blocking", "listener", 1);
            traces.assertWhole("BootProgram", "pattern", "pattern.1", 1);
            traces.assertWhole("BootProgram", "adapter", "adapter", 1);
            traces.assertWhole("BootProgram", "failing", "failing", 1);
            if (driver.equals("lettuce")) {
                traces.assertWhole("BootProgram", "reactive", "reactive", 1);
            }
            assertFailed(traces, "failing", "thrown by the listener");
            assertFailed(traces, "adapter", "Listener method 'receive' threw exception");
        }
    }

    private static void assertFailed(TraceTree traces, String channel, String message) {
        ReceivedSpan failed = traces.only(SpanKind.CONSUMER, channel);
        assertThat(failed.status()).isEqualTo("ERROR");
        assertThat(failed.statusMessage()).isEqualTo(message);
    }
}
