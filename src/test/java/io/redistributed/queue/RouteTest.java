package io.redistributed.queue;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Reports go to workers that have their type. */
class RouteTest extends OnEveryRedis {

    @Test
    void choosesWorkerWithType() throws IOException {
        FakeWorker both = queue.worker("both").has("csv", "pdf");
        FakeWorker csv = queue.worker("csv").has("csv");
        both.heartbeat(1);
        csv.heartbeat(100);
        String pdf = queue.submitOf("pdf");
        both.next(pdf);
        csv.next(queue.submitOf("csv"));
        csv.assertNothingPublished();
    }

    @Test
    void typeWithoutWorkerDelaysNoOther() throws IOException {
        FakeWorker worker = queue.worker("w").has("csv");
        worker.heartbeat(3);
        String pdf = queue.submitOf("pdf");
        String csv = queue.submitOf("csv");
        Attempt attempt = worker.next(csv);
        assertThat(worker.finish(attempt, AttemptOutcome.failed("no")).next()).isEmpty();
        assertThat(worker.heartbeat(3).messages()).isEmpty();
        assertThat(queue.find(pdf).state()).isEqualTo(ReportState.QUEUED);

        assertThat(queue.worker("late").has("pdf").heartbeat(1).messages())
                .extracting(message -> FakeWorker.attempt(message).id())
                .containsExactly(pdf);
    }

    @Test
    void takesOldestOfAllItsTypes() throws IOException {
        String other = queue.submitOf("other");
        String csv = queue.submitOf("csv");
        String pdf = queue.submitOf("pdf");
        String later = queue.submitOf("csv");
        String urgent = queue.submitOf("pdf", 1);

        FakeWorker worker = queue.worker("w").has("csv", "pdf");
        List<Attempt> attempts =
                worker.heartbeat(2).messages().stream().map(FakeWorker::attempt).toList();
        assertThat(attempts).extracting(Attempt::id).containsExactly(urgent, csv);
        assertThat(FakeWorker.attempt(worker.finish(attempts.get(0), AttemptOutcome.failed("no"))
                                .next()
                                .orElseThrow())
                        .id())
                .isEqualTo(pdf);
        assertThat(worker.heartbeat(3).messages())
                .extracting(message -> FakeWorker.attempt(message).id())
                .containsExactly(later);
        assertThat(queue.find(other).state()).isEqualTo(ReportState.QUEUED);
    }

    @Test
    void laterAttemptsGoToWorkerWithType() throws IOException {
        FakeWorker first = queue.worker("first").has("pdf");
        FakeWorker second = queue.worker("second").has("csv", "pdf");
        FakeWorker wrong = queue.worker("wrong").has("csv");
        wrong.heartbeat(100);

        first.heartbeat(1);
        String handedBack = queue.submitOf("pdf");
        first.next(handedBack);
        second.heartbeat(4);
        first.leave();
        Attempt second1 = second.next(handedBack);

        assertThat(second.finish(second1, AttemptOutcome.retry("no luck"), false)
                        .stale())
                .isFalse();
        queue.cli("ZADD", "{rd:0}:delayed", "1", handedBack);
        queue.reap();
        Attempt second2 = second.next(handedBack);

        second.finish(second2, AttemptOutcome.failed("no"), false);
        assertThat(await(queue.start(() -> queue.queue.retry(handedBack)))).isTrue();
        second.next(handedBack);

        FakeWorker third = queue.worker("third").has("pdf");
        third.heartbeat(1);
        queue.expire(handedBack);
        queue.reap();
        third.next(handedBack);
        wrong.assertNothingPublished();
    }

    @Test
    void followsChangedTypesOfWorker() throws IOException {
        FakeWorker worker = queue.worker("w").has("csv");
        worker.heartbeat(2);
        worker.has("pdf").heartbeat(2);
        String csv = queue.submitOf("csv");
        worker.next(queue.submitOf("pdf"));
        worker.assertNothingPublished();
        assertThat(queue.find(csv).state()).isEqualTo(ReportState.QUEUED);
    }

    @Test
    void cancelRemovesWaitingType() throws IOException {
        String id = queue.submitOf("pdf");
        assertThat(types()).containsOnlyKeys("pdf");
        assertThat(types().get("pdf").workers()).isZero();
        assertThat(types().get("pdf").waiting()).isEqualTo(1);
        queue.get(() -> queue.queue.cancel(id));
        assertThat(types()).isEmpty();
    }

    @Test
    void typeIsKeptWhileWorkersOrReportsNeedIt() throws IOException {
        FakeWorker worker = queue.worker("w");
        worker.announce(0, new TreeMap<>(Map.of("csv", new JsonObject(), "pdf", new JsonObject().put("title", "PDF"))));
        String pdf = queue.submitOf("pdf");
        assertThat(types().get("pdf").workers()).isEqualTo(1);
        worker.leave();
        assertThat(types().get("pdf").workers()).isZero();

        queue.cli("ZADD", "{rd:0}:typesets", "1", "csv,pdf");
        queue.cli("DEL", "{rd:0}:grace");
        queue.reap();
        assertThat(types()).containsOnlyKeys("pdf");
        assertThat(types().get("pdf").description()).contains("PDF");
        queue.get(() -> queue.queue.cancel(pdf));
        queue.reap();
        assertThat(types()).isEmpty();
    }

    @Test
    void newestDescriptionWinsAndConflictIsReported() throws IOException {
        FakeWorker first = queue.worker("old");
        FakeWorker second = queue.worker("new");
        var before = new TreeMap<>(Map.of("csv", new JsonObject().put("title", "before")));
        var after = new TreeMap<>(Map.of("csv", new JsonObject().put("title", "after")));
        assertThat(first.announce(1, before).contested()).isEmpty();
        assertThat(second.announce(1, before).contested()).isEmpty();
        assertThat(first.announce(1, after).contested()).containsExactly(new Heartbeat.Contested("csv", "new"));
        assertThat(types().get("csv").description()).contains("after");
        assertThat(types().get("csv").announcer()).isEqualTo("old");
        first.leave();
        assertThat(second.announce(1, before).contested()).isEmpty();
    }

    @Test
    void heartbeatReportsUndescribedTypes() throws IOException {
        FakeWorker worker = queue.worker("w").has("csv", "pdf");
        assertThat(worker.heartbeat(1).undescribed()).containsExactly("csv", "pdf");
        worker.announce(1, new TreeMap<>(Map.of("csv", new JsonObject())));
        assertThat(worker.has("csv", "pdf").heartbeat(1).undescribed()).containsExactly("pdf");
    }

    private Map<String, AnnouncedType> types() {
        return queue.get(queue.queue::types);
    }
}
