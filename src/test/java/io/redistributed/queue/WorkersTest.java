package io.redistributed.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The list of workers. */
class WorkersTest extends OnEveryRedis {

    @Test
    void workerIsUnknownBeforeHeartbeat() throws IOException {
        queue.worker("silent");

        assertThat(workers()).isEmpty();
    }

    @Test
    void describesWorkersByLatestHeartbeat() throws IOException {
        FakeWorker busy = queue.worker("busy");
        FakeWorker idle = queue.worker("alone");
        busy.heartbeat(3);
        List<String> running =
                Stream.of(queue.submit(), queue.submit()).sorted().toList();
        Instant before = Instant.ofEpochMilli(queue.now());
        idle.heartbeat(5);
        Instant after = Instant.ofEpochMilli(queue.now());

        List<WorkerState> workers = workers();

        assertThat(workers).extracting(WorkerState::id).containsExactly("alone", "busy");
        assertThat(workers.get(0).information()).isEqualTo(new JsonObject().put("name", "alone"));
        assertThat(workers).extracting(WorkerState::free).containsExactly(5, 1);
        assertThat(workers).extracting(WorkerState::running).containsExactly(List.of(), running);
        assertThat(workers.get(0).lastHeartbeat()).isBetween(before, after);
    }

    @Test
    void workerWithoutHeartbeatsLosesSlotsAndExpires() throws IOException {
        FakeWorker worker = queue.worker("w");
        worker.heartbeat(2);
        String id = queue.submit();
        worker.next(id);

        queue.silence("w", 3 * QueueFixture.BEAT);
        queue.reap();
        assertThat(workers()).extracting(WorkerState::free).containsExactly(0);
        assertThat(workers().get(0).running()).containsExactly(id);

        queue.expire(id);
        queue.reap();
        assertThat(workers()).isEmpty();
    }

    @Test
    void leaveRemovesWorker() throws IOException {
        FakeWorker worker = queue.worker("w");
        worker.heartbeat(2);

        worker.leave();

        assertThat(workers()).isEmpty();
    }

    private static List<WorkerState> workers() {
        return queue.get(queue.queue::workers);
    }
}
