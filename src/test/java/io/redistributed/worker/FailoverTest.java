package io.redistributed.worker;

import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.queue.ReportState;
import io.redistributed.testing.RedisClusterServers;
import io.redistributed.testing.RedisSentinels;
import io.redistributed.testing.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The queue goes where its keys go. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
@Tag("redis")
class FailoverTest {

    private static final String PARTITION = "{rd:0}";

    @Test
    void reportsContinueAfterSentinelFailover(Vertx vertx) {
        try (RedisSentinels sentinels = RedisSentinels.start();
                WorkerFixture fixture = WorkerFixture.quick(
                        vertx, reached("sentinel", sentinels.urls()).put("master", RedisSentinels.MASTER), 1)) {
            fixture.deployWorker(4, "1s");
            assertReportsAreDone(fixture);
            sentinels.first().kill();
            sentinels.promoted();
            assertReportsAreDone(fixture);
        }
    }

    @Test
    void reportsContinueAfterClusterFailover(Vertx vertx) {
        try (RedisClusterServers cluster = RedisClusterServers.start();
                WorkerFixture fixture = WorkerFixture.quick(vertx, reached("cluster", cluster.urls()), 1)) {
            fixture.deployWorker(4, "1s");
            assertReportsAreDone(fixture);
            RedisServer master = cluster.masterOf(PARTITION);
            master.kill();
            cluster.successorOf(master, PARTITION);
            assertReportsAreDone(fixture);
        }
    }

    @Test
    void otherPartitionsAcceptReportsDuringOutage(Vertx vertx) {
        try (RedisClusterServers cluster = RedisClusterServers.start();
                WorkerFixture fixture = WorkerFixture.quick(vertx, reached("cluster", cluster.urls()), 3)) {
            fixture.deployWorker(6, "1s");
            List<RedisServer> masters = Stream.of("{rd:0}", "{rd:1}", "{rd:2}")
                    .map(cluster::masterOf)
                    .toList();
            assertThat(masters).isNotEmpty().doesNotHaveDuplicates();
            assertReportsAreDone(fixture);
            masters.get(1).kill();
            eventually(() -> !fixture.get(() -> Future.succeededFuture(fixture.queue.isWhollyConnected())));
            List<String> meanwhile = submitSimulated(fixture);
            assertThat(meanwhile).isNotEmpty().noneMatch(id -> id.startsWith("1-"));
            assertAreDone(fixture, meanwhile);
            cluster.successorOf(masters.get(1), "{rd:1}");
            eventually(() -> fixture.get(() -> Future.succeededFuture(fixture.queue.isWhollyConnected())));
            List<String> afterwards = submitSimulated(fixture);
            assertThat(afterwards).anyMatch(id -> id.startsWith("1-"));
            assertAreDone(fixture, afterwards);
        }
    }

    @Test
    void reportsContinueWhileSlotMoves(Vertx vertx) {
        try (RedisClusterServers cluster = RedisClusterServers.start();
                WorkerFixture fixture = WorkerFixture.quick(vertx, reached("cluster", cluster.urls()), 1)) {
            fixture.deployWorker(4, "1s");
            String running = fixture.submit("simulated", new JsonObject().put("duration", "3s"));
            cluster.moveSlotOf(PARTITION, () -> {});
            assertReportsAreDone(fixture);
            assertThat(fixture.ended(running).state()).isEqualTo(ReportState.DONE);
        }
    }

    private static JsonObject reached(String mode, List<String> urls) {
        return new JsonObject().put("mode", mode).put("endpoints", new JsonArray(urls));
    }

    private static void assertReportsAreDone(WorkerFixture fixture) {
        assertAreDone(fixture, submitSimulated(fixture));
    }

    private static List<String> submitSimulated(WorkerFixture fixture) {
        return IntStream.range(0, 20)
                .mapToObj(i -> fixture.submit("simulated", new JsonObject()))
                .toList();
    }

    private static void assertAreDone(WorkerFixture fixture, List<String> ids) {
        assertThat(ids)
                .isNotEmpty()
                .allSatisfy(id -> assertThat(fixture.ended(id).state()).isEqualTo(ReportState.DONE));
    }
}
