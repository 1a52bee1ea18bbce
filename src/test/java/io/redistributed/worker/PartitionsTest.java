package io.redistributed.worker;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.redistributed.queue.Cancellation;
import io.redistributed.queue.IdempotencyKey;
import io.redistributed.queue.QueueFullException;
import io.redistributed.queue.Report;
import io.redistributed.queue.ReportFilter;
import io.redistributed.queue.ReportPage;
import io.redistributed.queue.ReportState;
import io.redistributed.queue.WorkerState;
import io.redistributed.testing.RedisServer;
import io.redistributed.worker.HeldGenerator.Held;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several partitions, here on one Redis. */
@ExtendWith(VertxExtension.class)
class PartitionsTest {

    private WorkerFixture fixture;

    @AfterEach
    void stop() {
        if (fixture != null) {
            fixture.close();
        }
    }

    @Test
    void spreadsReportsEvenly(Vertx vertx) {
        start(vertx, 3, 100);
        fixture.deployWorker(7, "1s");
        fixture.deployWorker(3, "1s");

        List<String> ids = submit(60);

        assertThat(ids)
                .isNotEmpty()
                .allSatisfy(id -> assertThat(fixture.ended(id).state()).isEqualTo(ReportState.DONE));
        assertThat(ids.stream().collect(Collectors.groupingBy(id -> id.substring(0, 2), Collectors.counting())))
                .containsExactlyInAnyOrderEntriesOf(Map.of("0-", 20L, "1-", 20L, "2-", 20L));
        assertThat(fixture.get(() -> fixture.queue.result(ids.get(1)))).isPresent();
    }

    @Test
    void workerDividesSlotsAndIsListedOnce(Vertx vertx) throws InterruptedException {
        start(vertx, 3, 100);
        fixture.deployWorker(7, "1s");
        List<String> ids =
                IntStream.range(0, 6).mapToObj(i -> fixture.submitHeld()).toList();
        List<Held> held = takeOver(6);

        WorkerState worker = onlyWorker();

        assertThat(worker.information().getInteger("slots")).isEqualTo(7);
        assertThat(worker.free()).isEqualTo(1);
        assertThat(worker.running()).isEqualTo(ids.stream().sorted().toList());
        assertThat(List.of(slots(0), slots(1), slots(2))).containsExactly(3, 2, 2);
        held.forEach(Held::done);
        ids.forEach(fixture::ended);
        assertThat(onlyWorker().free()).isEqualTo(7);
    }

    @Test
    void fullPartitionIsNotFullQueue(Vertx vertx) throws InterruptedException {
        start(vertx, 2, 0);
        fixture.deployWorker(3, "1s");

        List<String> taken =
                IntStream.range(0, 3).mapToObj(i -> fixture.submitHeld()).toList();

        assertThat(taken).hasSize(3);
        assertThatThrownBy(fixture::submitHeld).isInstanceOf(QueueFullException.class);
        takeOver(3).forEach(Held::done);
        taken.forEach(fixture::ended);
    }

    @Test
    void listsAllPartitions(Vertx vertx) {
        start(vertx, 4, 100);
        List<String> ids = new ArrayList<>(submit(50));
        Collections.reverse(ids);

        List<String> listed = new ArrayList<>();
        String cursor = "";
        do {
            ReportFilter filter = new ReportFilter(null, null, 7, cursor);
            ReportPage page = fixture.get(() -> fixture.queue.list(filter));
            page.reports().stream().map(Report::id).forEach(listed::add);
            cursor = page.cursor();
            submit(1);
        } while (!cursor.isEmpty());

        assertThat(listed).isEqualTo(ids);
    }

    @Test
    void keySelectsPartition(Vertx vertx) {
        start(vertx, 5, 100);
        IntStream.range(0, 20).forEach(i -> {
            IdempotencyKey key = IdempotencyKey.of("key " + i, "POST /reports", Buffer.buffer());
            String first = submit(key);
            assertThat(IntStream.range(0, 5).mapToObj(again -> submit(key))).containsOnly(first);
        });
    }

    @Test
    void idSelectsPartition(Vertx vertx) {
        start(vertx, 3, 100);
        for (String id : submit(6)) {
            assertThat(fixture.get(() -> fixture.queue.cancel(id))).isEqualTo(Cancellation.CANCELLED);
            assertThat(fixture.ended(id).state()).isEqualTo(ReportState.CANCELLED);
            assertThat(fixture.get(() -> fixture.queue.retry(id))).isTrue();
            assertThat(fixture.find(id).state()).isEqualTo(ReportState.QUEUED);
        }
    }

    @Test
    void idOfMissingPartitionIsUnknown(Vertx vertx) {
        start(vertx, 3, 100);

        for (String id : List.of("3-0123456789abcdef", "99-0123456789abcdef", "nonsense")) {
            assertThat(fixture.get(() -> fixture.queue.find(id))).isEmpty();
            assertThat(fixture.get(() -> fixture.queue.cancel(id))).isEqualTo(Cancellation.UNKNOWN);
        }
    }

    @Test
    void workerStopsInAllPartitions(Vertx vertx) throws InterruptedException {
        start(vertx, 3, 100);
        String deployment = fixture.deployWorker(6, "10ms");
        List<String> ids =
                IntStream.range(0, 6).mapToObj(i -> fixture.submitHeld()).toList();
        takeOver(6);

        await(fixture.vertx.undeploy(deployment));

        assertThat(fixture.get(() -> fixture.queue.workers())).isEmpty();
        assertThat(ids)
                .isNotEmpty()
                .allSatisfy(id -> assertThat(fixture.find(id).state()).isEqualTo(ReportState.QUEUED));
    }

    @Test
    void workerNeedsSlotForEachPartition(Vertx vertx) {
        start(vertx, 3, 100);

        assertThatThrownBy(() -> fixture.deployWorker(2, "1s"))
                .hasMessageContaining("slots: 2 is not a whole number from 3 to 10000");
    }

    private void start(Vertx vertx, int partitions, int maxWaiting) {
        JsonObject rules =
                WorkerFixture.quickRules().put("partitions", partitions).put("maxWaiting", maxWaiting);
        fixture = new WorkerFixture(vertx, RedisServer.start(), rules);
    }

    private List<String> submit(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> fixture.submit("simulated", new JsonObject()))
                .toList();
    }

    private String submit(IdempotencyKey key) {
        return fixture.get(() -> fixture.queue.submit(WorkerFixture.simulated(), key))
                .id();
    }

    /** Returns the running reports when their number is reached. */
    private List<Held> takeOver(int count) throws InterruptedException {
        List<Held> held = new ArrayList<>();
        while (held.size() < count) {
            held.add(fixture.held.next());
        }
        return held;
    }

    private WorkerState onlyWorker() {
        List<WorkerState> workers = fixture.get(() -> fixture.queue.workers());
        assertThat(workers).hasSize(1);
        return workers.get(0);
    }

    private int slots(int partition) {
        String worker = onlyWorker().id();
        return Integer.parseInt((String) fixture.redis.cli("HGET", "{rd:" + partition + "}:worker:" + worker, "slots"));
    }
}
