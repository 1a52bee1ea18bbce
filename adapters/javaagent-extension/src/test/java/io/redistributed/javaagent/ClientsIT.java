package io.redistributed.javaagent;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanKind;
import io.redistributed.testing.OtlpHttpCollector;
import io.redistributed.testing.ReceivedSpan;
import io.redistributed.testing.RedisClusterServers;
import io.redistributed.testing.RedisServer;
import io.vertx.core.Vertx;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Unchanged programs on the oldest and newest clients that are supported. */
class ClientsIT {

    private static Vertx vertx;
    private static RedisServer redis;
    private static RedisClusterServers cluster;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        redis = RedisServer.start();
        redis.cli("ACL", "SETUSER", "reader", "on", "nopass", "~*", "&*", "+@all", "-publish");
        cluster = RedisClusterServers.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
        redis.close();
        vertx.close().await();
    }

    @ParameterizedTest(name = "newest: {0}")
    @ValueSource(booleans = {false, true})
    void lettuceTracesAreComplete(boolean newest) throws Exception {
        try (OtlpHttpCollector collector = new OtlpHttpCollector(vertx)) {
            AgentProcess program = new AgentProcess(collector)
                    .with("otel.instrumentation.redis-pubsub.write", newest ? "binary" : "envelope")
                    .tracing(
                            "programs.LettuceProgram",
                            methods(
                                    "sync",
                                    "async",
                                    "reactive",
                                    "pattern",
                                    "sharded",
                                    "observed",
                                    "batch",
                                    "transaction",
                                    "discarded",
                                    "withoutBody",
                                    "refused",
                                    "failing",
                                    "inside",
                                    "onSubscriber",
                                    "clustered",
                                    "clusterShard",
                                    "clusterSubscriber"));
            List<String> lines = program.run(newest, "programs.LettuceProgram", ports());
            // Its codec refuses to encode.
            assertRan(lines, 1);
            TraceTree traces = new TraceTree(collector.spans());
            for (String method : List.of("sync", "async", "reactive", "sharded", "observed", "transaction", "inside")) {
                traces.assertWhole("LettuceProgram", method, method, 1);
            }
            for (String method : List.of("sync", "async", "reactive", "sharded", "onSubscriber", "clusterShard")) {
                traces.assertCommand("LettuceProgram", method);
            }
            traces.assertWhole("LettuceProgram", "pattern", "pattern.1", 1);
            traces.assertWhole("LettuceProgram", "batch", "batch", 3);
            traces.assertWhole("LettuceProgram", "onSubscriber", "other", 1);
            traces.assertWhole("LettuceProgram", "withoutBody", "other", 1);
            traces.assertWhole("LettuceProgram", "clustered", "clustered", 1);
            traces.assertWhole("LettuceProgram", "clusterShard", "cluster-shard", 1);
            for (String channel : List.of("a", "b", "c")) {
                traces.assertWhole("LettuceProgram", "clusterSubscriber", channel, 1);
            }
            assertFailed(traces);
            assertNotPublished(traces, "LettuceProgram", "discarded");
            assertRefused(traces, "LettuceProgram");
            assertUntraced(traces);
        }
    }

    @ParameterizedTest(name = "newest: {0}")
    @ValueSource(booleans = {false, true})
    void jedisTracesAreComplete(boolean newest) throws Exception {
        try (OtlpHttpCollector collector = new OtlpHttpCollector(vertx)) {
            AgentProcess program = new AgentProcess(collector)
                    .with("otel.instrumentation.redis-pubsub.write", newest ? "binary" : "envelope")
                    .tracing(
                            "programs.JedisProgram",
                            methods(
                                    "text",
                                    "pool",
                                    "pooled",
                                    "pattern",
                                    "resp3",
                                    "bytes",
                                    "pipeline",
                                    "transaction",
                                    "discarded",
                                    "aborted",
                                    "once",
                                    "failing",
                                    "refused",
                                    "clustered",
                                    "clusterShard"));
            List<String> lines = program.run(newest, "programs.JedisProgram", ports());
            assertRan(lines, 0);
            assertThat(lines).contains("subscribe ended: thrown by the listener");
            TraceTree traces = new TraceTree(collector.spans());
            for (String method : List.of("text", "pooled", "resp3", "transaction", "once", "clustered")) {
                traces.assertWhole("JedisProgram", method, method, 1);
            }
            traces.assertWhole("JedisProgram", "pool", "text", 1);
            traces.assertWhole("JedisProgram", "pattern", "pattern.1", 1);
            traces.assertWhole("JedisProgram", "bytes", "bytes", 2);
            traces.assertWhole("JedisProgram", "pipeline", "pipeline", 2);
            traces.assertWhole("JedisProgram", "clusterShard", "cluster-shard", 1);
            assertFailed(traces);
            assertNotPublished(traces, "JedisProgram", "discarded");
            assertNotPublished(traces, "JedisProgram", "aborted");
            assertRefused(traces, "JedisProgram");
            assertUntraced(traces);
        }
    }

    @ParameterizedTest(name = "newest: {0}")
    @ValueSource(booleans = {false, true})
    void redissonTracesAreComplete(boolean newest) throws Exception {
        try (OtlpHttpCollector collector = new OtlpHttpCollector(vertx)) {
            AgentProcess program = new AgentProcess(collector)
                    .with("otel.instrumentation.redis-pubsub.write", newest ? "binary" : "envelope")
                    .tracing(
                            "programs.RedissonProgram",
                            methods(
                                    "object",
                                    "text",
                                    "async",
                                    "reactive",
                                    "pattern",
                                    "batch",
                                    "skipping",
                                    "discarded",
                                    "refused",
                                    "once",
                                    "failing",
                                    "lock",
                                    "clustered",
                                    "clusterShard"));
            List<String> lines = program.run(newest, "programs.RedissonProgram", ports());
            assertRan(lines, 0);
            TraceTree traces = new TraceTree(collector.spans());
            for (String method : List.of("object", "text", "once", "clustered")) {
                traces.assertWhole("RedissonProgram", method, method, 1);
            }
            for (String method : List.of("text", "async", "reactive")) {
                traces.assertCommand("RedissonProgram", method);
            }
            traces.assertWhole("RedissonProgram", "async", "text", 1);
            traces.assertWhole("RedissonProgram", "reactive", "text", 1);
            traces.assertWhole("RedissonProgram", "batch", "text", 2);
            traces.assertWhole("RedissonProgram", "pattern", "pattern.1", 1);
            traces.assertWhole("RedissonProgram", "clusterShard", "cluster-shard", 1);
            assertThat(traces.published("RedissonProgram", "skipping"))
                    .singleElement()
                    .satisfies(span -> assertThat(span.status()).isEqualTo("UNSET"));
            assertNotPublished(traces, "RedissonProgram", "discarded");
            assertRefused(traces, "RedissonProgram");
            assertFailed(traces);
            assertUntraced(traces);
            assertThat(traces.all(span -> span.kind() == SpanKind.PRODUCER || span.kind() == SpanKind.CONSUMER))
                    .as("none of Redisson's own channels")
                    .extracting(span -> span.attributes().get("messaging.destination.name"))
                    .containsOnly(
                            "object",
                            "text",
                            "once",
                            "failing",
                            "pattern.1",
                            "untraced",
                            "wire",
                            "clustered",
                            "cluster-shard");
        }
    }

    private static String[] methods(String... scenarios) {
        String[] methods = Arrays.copyOf(scenarios, scenarios.length + 1);
        methods[scenarios.length] = "handled";
        return methods;
    }

    private static String[] ports() {
        return new String[] {
            String.valueOf(redis.port()),
            String.valueOf(cluster.servers().get(0).port())
        };
    }

    /** @param failures of hooks, which are logged once at most */
    private static void assertRan(List<String> lines, int failures) {
        assertThat(lines)
                .contains("done")
                .filteredOn(line -> line.contains("Tracing a Redis Pub/Sub message failed"))
                .hasSize(failures);
    }

    private static void assertFailed(TraceTree traces) {
        ReceivedSpan failed = traces.only(SpanKind.CONSUMER, "failing");
        assertThat(failed.status()).isEqualTo("ERROR");
        assertThat(failed.statusMessage()).isEqualTo("thrown by the listener");
        assertThat(failed.events()).contains("exception");
    }

    private static void assertNotPublished(TraceTree traces, String program, String method) {
        assertThat(traces.published(program, method)).as(method).singleElement().satisfies(span -> assertThat(
                        span.status())
                .isEqualTo("ERROR"));
    }

    private static void assertRefused(TraceTree traces, String program) {
        assertNotPublished(traces, program, "refused");
        assertThat(traces.published(program, "refused").get(0).attributes()).containsEntry("error.type", "NOPERM");
    }

    /** Each under a CONSUMER span without a parent. */
    private static void assertUntraced(TraceTree traces) {
        List<ReceivedSpan> consumers = traces.all(
                span -> span.kind() == SpanKind.CONSUMER && span.name().equals("process untraced"));
        assertThat(consumers).hasSize(9).allSatisfy(span -> assertThat(span.parentSpanId())
                .isNullOrEmpty());
    }
}
