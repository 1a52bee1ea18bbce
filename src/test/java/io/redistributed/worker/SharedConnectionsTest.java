package io.redistributed.worker;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.redistributed.queue.Records;
import io.redistributed.queue.ReportState;
import io.redistributed.testing.RedisServer;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Workers on one event loop have their connections in common. */
@ExtendWith(VertxExtension.class)
class SharedConnectionsTest {

    private static final int WORKERS = 3 * VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE;

    private WorkerFixture fixture;

    @BeforeEach
    void start(Vertx vertx) {
        fixture = WorkerFixture.quick(vertx, RedisServer.start());
    }

    private long connections() {
        return ((String) fixture.redis.cli("CLIENT", "LIST")).lines().count();
    }

    @Test
    void opensTwoConnectionsForEachEventLoop() throws InterruptedException {
        long before = connections();
        List<String> workers = Stream.generate(() -> fixture.deployWorker(1, "10s"))
                .limit(WORKERS)
                .toList();
        assertThat(connections() - before).isEqualTo(2L * VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE);

        workers.stream().skip(1).forEach(worker -> await(fixture.vertx.undeploy(worker)));
        await().until(() -> connections() - before == 2);
        String id = fixture.submitHeld();
        fixture.held.next().done();
        assertThat(fixture.ended(id).state()).isEqualTo(ReportState.DONE);

        await(fixture.vertx.undeploy(workers.get(0)));
        await().until(() -> connections() == before);
        fixture.close();
    }

    @Test
    @Tag("slow")
    void closingVertxReturnsLeasedReports() throws InterruptedException {
        fixture.deployWorker(1, "1ms");
        String id = fixture.submitHeld();
        fixture.held.next();

        fixture.get(fixture.queue::close);
        await(fixture.vertx.close());

        assertThat(Records.fields(fixture.redis.cli(Records.read(id)))).containsEntry("state", "queued");
        fixture.redis.close();
    }
}
