package io.redistributed.queue;

import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.trace.SpanContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReportLifeTest extends OnEveryRedis {

    private static final Buffer PDF = Buffer.buffer(new byte[] {0, (byte) 0xff, 10, 13, 0});

    @Test
    void choosesWorkerWithMostFreeSlots() throws IOException {
        FakeWorker small = queue.worker("small");
        FakeWorker big = queue.worker("big");
        small.heartbeat(2);
        big.heartbeat(3);

        String first = queue.submit();
        assertThat(big.next().id()).isEqualTo(first);
        List<String> more = List.of(queue.submit(), queue.submit());

        assertThat(List.of(big.next().id(), small.next().id())).containsExactlyInAnyOrderElementsOf(more);
        assertThat(queue.free(big)).isEqualTo("1");
        assertThat(queue.free(small)).isEqualTo("1");
    }

    @Test
    void doneReportHasResultAndNoInput() throws IOException {
        FakeWorker worker = queue.worker("w");
        worker.heartbeat(1);
        String id = queue.submit("a,b\n1,2\n");

        Attempt attempt = worker.next();
        assertThat(attempt.number()).isEqualTo(1);
        assertThat(attempt.type()).isEqualTo("summary");
        assertThat(attempt.parameters()).isEqualTo(new JsonObject().put("top", 3));
        assertThat(attempt.hasInput()).isTrue();
        assertThat(attempt.previous().isValid()).isFalse();
        assertThat(worker.input(attempt)).isEqualTo(Buffer.buffer("a,b\n1,2\n"));
        Report running = queue.find(id);
        assertThat(running.state()).isEqualTo(ReportState.RUNNING);
        assertThat(running.worker()).isEqualTo("w");
        assertThat(running.started()).isNotNull();
        assertThat(running.ended()).isNull();

        assertThat(worker.finish(attempt, AttemptOutcome.done(PDF, "application/pdf"))
                        .stale())
                .isFalse();

        Report done = queue.find(id);
        assertThat(done.state()).isEqualTo(ReportState.DONE);
        assertThat(done.contentType()).isEqualTo("application/pdf");
        assertThat(done.size()).isEqualTo(PDF.length());
        assertThat(done.error()).isNull();
        assertThat(done.errors()).isEmpty();
        assertThat(done.created()).isBeforeOrEqualTo(done.started());
        assertThat(done.started()).isBeforeOrEqualTo(done.ended());
        assertResult(id, PDF, "application/pdf");
        assertThat(queue.cli("EXISTS", "{rd:0}:input:" + id)).isEqualTo(0L);
        assertThat(queue.free(worker)).isEqualTo("1");
    }

    @Test
    void recordHasIdOnceAndNoTraceOfItsOwnAttempt() throws IOException {
        FakeWorker worker = queue.worker("w");
        worker.heartbeat(1);
        Attempt attempt = worker.next(queue.submit());

        worker.finish(attempt, AttemptOutcome.done(PDF, "application/pdf"));

        String record = queue.cli("GET", "{rd:0}:report:" + attempt.id()).toString();
        assertThat(record).containsOnlyOnce(attempt.id()).doesNotContain("span");
    }

    @Test
    void keepsTraceOfAttemptAndAnyMediaType() throws IOException {
        FakeWorker worker = queue.worker("w");
        worker.heartbeat(1);
        for (SpanContext span : List.of(SpanContext.getInvalid(), FakeWorker.SPAN)) {
            for (String contentType : List.of("", "a/b", "a/" + "b".repeat(253), "a/" + "b".repeat(254))) {
                Attempt attempt = worker.next(queue.submit());

                worker.finish(attempt, AttemptOutcome.done(PDF, contentType), span, true);

                assertResult(attempt.id(), PDF, contentType);
                assertThat(queue.find(attempt.id()).attemptTraceId())
                        .isEqualTo(span.isValid() ? span.getTraceId() : "");
            }
        }
    }

    @Test
    void expiredInputIsEmpty() throws IOException {
        FakeWorker worker = queue.worker("w");
        worker.heartbeat(1);
        Attempt attempt = worker.next(queue.submit("a,b"));
        String input = "{rd:0}:input:" + attempt.id();
        queue.cli("RENAME", input, "away");

        assertThat(worker.input(attempt).length()).isZero();

        queue.cli("RENAME", "away", input);
        worker.finish(attempt, AttemptOutcome.done(PDF, "application/pdf"));
    }

    /** As a master that was replaced and does not know it yet. */
    @Test
    void retriesInputOnServerWithoutAttempt() throws IOException {
        FakeWorker worker = queue.worker("w");
        worker.heartbeat(1);
        Attempt attempt = worker.next(queue.submit("a,b"));
        String report = "{rd:0}:report:" + attempt.id();
        String input = "{rd:0}:input:" + attempt.id();
        queue.cli("RENAME", report, "report");
        queue.cli("RENAME", input, "input");

        Future<Buffer> asked = worker.askForInput(attempt);
        eventually(() -> ((String) queue.cli("INFO", "errorstats")).contains("errorstat_TRYAGAIN"));
        assertThat(asked.isComplete()).isFalse();
        queue.cli("RENAME", "input", input);
        queue.cli("RENAME", "report", report);

        assertThat(await(asked)).isEqualTo(Buffer.buffer("a,b"));
        worker.finish(attempt, AttemptOutcome.done(PDF, "application/pdf"));
    }

    @Test
    void failedReportKeepsInput() throws IOException {
        FakeWorker worker = queue.worker("w");
        worker.heartbeat(1);
        String id = queue.submit("broken");

        worker.finish(worker.next(), AttemptOutcome.failed("line 1: no comma"));

        Report failed = queue.find(id);
        assertThat(failed.state()).isEqualTo(ReportState.FAILED);
        assertThat(failed.error()).isEqualTo("line 1: no comma");
        assertThat(failed.errors()).containsOnlyKeys(1).containsValue("line 1: no comma");
        assertThat(failed.ended()).isNotNull();
        assertThat(queue.get(() -> queue.queue.result(id))).isEmpty();
        assertThat(queue.cli("GET", "{rd:0}:input:" + id)).isEqualTo("broken");
    }

    @Test
    void emptyResultIsResult() throws IOException {
        FakeWorker worker = queue.worker("w");
        worker.heartbeat(1);
        String id = queue.submit();

        worker.finish(worker.next(), AttemptOutcome.done(Buffer.buffer(), "text/plain"));

        assertResult(id, Buffer.buffer(), "text/plain");
    }

    @Test
    void reportsWaitInOrder() throws IOException {
        List<String> ids = submit(5);
        assertThat(queue.waiting()).isEqualTo(ids);
        assertThat(queue.find(ids.get(0)).state()).isEqualTo(ReportState.QUEUED);

        FakeWorker worker = queue.worker("w");
        List<Attempt> taken = attempts(worker.heartbeat(3));

        assertThat(taken).extracting(Attempt::id).isEqualTo(ids.subList(0, 3));
        assertThat(queue.waiting()).isEqualTo(ids.subList(3, 5));
        Finished finished = worker.finish(taken.get(1), AttemptOutcome.done(PDF, "a/b"));
        assertThat(FakeWorker.attempt(finished.next().orElseThrow()).id()).isEqualTo(ids.get(3));
        worker.assertNothingPublished();
    }

    @Test
    void newReportsDoNotOvertake() throws IOException {
        FakeWorker worker = queue.worker("w");
        worker.heartbeat(1);
        queue.submit();
        List<String> waiting = submit(2);
        Attempt running = worker.next();

        // A slot is free although reports wait, as between a lost report and the next heartbeat.
        queue.cli("HSET", "{rd:0}:worker:" + worker.name, "slots", "2");
        queue.cli("ZADD", "{rd:0}:workers:summary", "1", worker.name);
        String late = queue.submit();

        assertThat(queue.waiting()).isEqualTo(List.of(waiting.get(0), waiting.get(1), late));
        assertThat(attempts(worker.heartbeat(3, running)))
                .extracting(Attempt::id)
                .isEqualTo(waiting);
    }

    @Test
    void workerWithoutDemandGetsNoReport() throws IOException {
        FakeWorker worker = queue.worker("w");
        worker.heartbeat(1);
        queue.submit();
        List<String> waiting = submit(1);

        Finished finished = worker.finish(worker.next(), AttemptOutcome.done(PDF, "a/b"), false);

        assertThat(finished.next()).isEmpty();
        assertThat(queue.waiting()).isEqualTo(waiting);
        assertThat(worker.heartbeat(0).messages()).isEmpty();
        assertThat(attempts(worker.heartbeat(1))).extracting(Attempt::id).isEqualTo(waiting);
    }

    @Test
    void skipsUnsubscribedWorkerUntilHeartbeat() throws IOException {
        FakeWorker unsubscribed = queue.worker("unsubscribed");
        FakeWorker other = queue.worker("other");
        unsubscribed.heartbeat(10);
        other.heartbeat(1);
        unsubscribed.unsubscribe();

        String first = queue.submit();
        assertThat(other.next().id()).isEqualTo(first);
        assertThat(queue.free(unsubscribed)).isNull();
        String second = queue.submit();
        assertThat(queue.waiting()).isEqualTo(List.of(second));

        unsubscribed.listen();
        assertThat(attempts(unsubscribed.heartbeat(10))).extracting(Attempt::id).containsExactly(second);
        assertThat(queue.free(unsubscribed)).isEqualTo("9");
        assertThat(unsubscribed.next(queue.submit()).number()).isEqualTo(1);
    }

    @Test
    void fullQueueStoresNothing(Vertx vertx) throws IOException {
        try (QueueFixture small = new QueueFixture(vertx, kind.start(), QueueFixture.withMaxWaiting(2))) {
            small.submit();
            small.submit();
            Object before = small.cli("DBSIZE");

            assertThatThrownBy(() -> small.submit("input"))
                    .isInstanceOf(QueueFullException.class)
                    .hasMessageContaining("2");
            assertThat(small.cli("DBSIZE")).isEqualTo(before);
            assertThat(small.cli("ZCARD", "{rd:0}:recent")).isEqualTo(2L);

            small.worker("w").heartbeat(1);
            small.submit();
            small.assertConsistent();
        }
    }

    @Test
    void maxWaiting0AcceptsForFreeWorker(Vertx vertx) throws IOException {
        try (QueueFixture none = new QueueFixture(vertx, kind.start(), QueueFixture.withMaxWaiting(0))) {
            assertThatThrownBy(() -> none.submit("input")).isInstanceOf(QueueFullException.class);
            assertThat(Set.copyOf((List<?>) none.cli("KEYS", "*")))
                    .isEqualTo(Set.of("{rd:0}:protocol:1", "{rd:0}:version"));

            FakeWorker worker = none.worker("w");
            worker.heartbeat(1);
            assertThat(worker.next(none.submit()).number()).isEqualTo(1);
            assertThatThrownBy(none::submit).isInstanceOf(QueueFullException.class);
            none.assertConsistent();
        }
    }

    @Test
    void repeatedSubmitStoresOnce() throws IOException {
        FakeWorker worker = queue.worker("w");
        worker.heartbeat(2);
        byte[] report = new MessagePack()
                .put("type", "summary")
                .put("message", "{\"id\":\"0-twice\",\"type\":\"summary\",\"parameters\":{}")
                .put("trace", "")
                .put("input", "1")
                .toBytes();
        byte[] call = new MessagePack().put("most", 5).toBytes();

        assertThat(queue.run(QueueScripts.SUBMIT, call, "0-twice", report, "x").get(0))
                .hasToString("accepted");
        assertThat(queue.run(QueueScripts.SUBMIT, call, "0-twice", report, "x").get(0))
                .hasToString("accepted");

        Attempt attempt = worker.next("0-twice");
        worker.assertNothingPublished();
        assertThat(queue.free(worker)).isEqualTo("1");
        assertThat(queue.cli("ZCARD", "{rd:0}:recent")).isEqualTo(1L);

        worker.finish(attempt, AttemptOutcome.done(Buffer.buffer("result"), "text/plain"));
        assertThat(queue.run(QueueScripts.SUBMIT, call, "0-twice", report, "x").get(0))
                .as("late, from a connection that was given up")
                .hasToString("accepted");
        assertThat(queue.find("0-twice").state()).isEqualTo(ReportState.DONE);
        worker.assertNothingPublished();
    }

    @Test
    void settingsHaveAsciiDigitsInEveryLocale() {
        Locale usual = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG"));
            assertThat(QueueSettings.DEFAULT.asLua()).isASCII();
        } finally {
            Locale.setDefault(usual);
        }
    }

    /** Redis refuses only the first write of a script. */
    @Test
    void callIsRefusedWholeWithoutMemory() {
        String earlier = queue.submit();
        queue.cli("SET", "{rd:0}:idempotency:k", earlier + " f");
        queue.cli("SET", "{rd:0}:report:" + earlier, "damaged");
        Map<String, MessagePack> others = Map.of(
                "0-lost", entry().put("chunks", 2),
                "0-known", entry().put("key", "k").put("fingerprint", "f"),
                "0-other", entry());
        byte[] plain = entry().toBytes();
        byte[] call = new MessagePack().put("most", 5).toBytes();
        queue.cli("HSET", "{rd:0}:input:0-lost", "0", "x");
        Set<?> before = Set.copyOf((List<?>) queue.cli("KEYS", "*"));

        queue.cli("CONFIG", "SET", "maxmemory", "1");
        try {
            others.forEach((id, other) -> assertThatThrownBy(() -> queue.run(
                            QueueScripts.SUBMIT,
                            call,
                            id,
                            other.toBytes(),
                            "",
                            "0-plain",
                            plain,
                            "",
                            "0-plain",
                            plain,
                            ""))
                    .hasMessageContaining("OOM"));
        } finally {
            queue.cli("CONFIG", "SET", "maxmemory", "0");
        }

        assertThat(Set.copyOf((List<?>) queue.cli("KEYS", "*"))).isEqualTo(before);
        queue.cli("FLUSHALL");
    }

    @Test
    void unknownReportIsEmpty() {
        assertThat(queue.get(() -> queue.queue.find("0-unknown"))).isEmpty();
        assertThat(queue.get(() -> queue.queue.result("0-unknown"))).isEmpty();
    }

    private static MessagePack entry() {
        return new MessagePack().put("type", "summary").put("message", "{}").put("trace", "");
    }

    private static List<String> submit(int count) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(queue.submit());
        }
        return ids;
    }

    private static List<Attempt> attempts(Heartbeat heartbeat) {
        return heartbeat.messages().stream().map(FakeWorker::attempt).toList();
    }

    private static void assertResult(String id, Buffer body, String contentType) {
        StoredResult result = queue.get(() -> queue.queue.result(id)).orElseThrow();
        assertThat(result.contentType()).isEqualTo(contentType);
        assertThat(result.size()).isEqualTo(body.length());
        assertThat(queue.get(() -> result.chunk(0))).isEqualTo(body);
    }
}
