package io.redistributed.conformance;

import static io.redistributed.conformance.QueueSide.until;
import static io.redistributed.conformance.Session.assertThat;

import io.redistributed.testing.TcpRelay;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a worker has to do, each case on a worker that is registered and free. */
final class Cases {

    private static final int LONG_INPUT = 300_000;

    private final Session session;
    private final QueueSide queue;

    /** One case; it throws an AssertionError that says what the worker did instead. */
    interface Case {
        void run() throws Exception;
    }

    Cases(Session session) {
        this.session = session;
        this.queue = session.queue;
    }

    /** Names and cases, in the order in which they run. */
    Map<String, Case> all() {
        Map<String, Case> cases = new LinkedHashMap<>();
        cases.put("registers its types with their schemas", this::registers);
        cases.put("takes a report and finishes it", this::finishes);
        cases.put("reads a long input and stores a long result", this::longInput);
        cases.put("reads an input in chunks", this::chunkedInput);
        cases.put("reports progress", this::progress);
        cases.put("tells failures for good from retryable ones", this::failures);
        cases.put("runs no more at once than its slots", this::slots);
        cases.put("continues the trace of the request", this::trace);
        cases.put("links an attempt to the one before", this::link);
        cases.put("runs a duplicate message once", this::duplicates);
        cases.put("refuses malformed and forged messages", this::forged);
        cases.put("refuses a message of an unknown version", this::unknownVersion);
        cases.put("survives a message for an unknown report", this::unknownReport);
        cases.put("stops a cancelled report", this::cancel);
        cases.put("ignores a forged cancellation", this::forgedCancel);
        cases.put("skips replies and names that it does not know", this::growth);
        cases.put("survives that a lost lease makes its finish stale", this::lostLease);
        cases.put("keeps its reports when its connections break", this::brokenConnections);
        cases.put("replaces a subscription that went silent", this::silentSubscription);
        cases.put("finishes after Redis was lost and is back", this::redisRestarts);
        cases.put("registers again when Redis has lost its data", this::redisIsEmpty);
        cases.put("finishes what runs on SIGTERM and takes no more", this::terminates);
        cases.put("ends on SIGTERM while Redis does not answer", this::terminatesWithoutRedis);
        cases.put("is recovered after kill -9", this::killed);
        return cases;
    }

    private void registers() throws Exception {
        JsonObject parameters = queue.type().getJsonObject("parameters");
        assertThat(
                parameters != null && parameters.getJsonObject("properties").containsKey("journal"),
                "GET /report-types has " + queue.type());
        assertThat(session.registered().getInteger("slots", 0) > 0, "GET /workers has " + session.registered());
    }

    private void finishes() throws Exception {
        String id = session.submit(Map.of(), "héllo");
        JsonObject report = session.ended(id, "done");
        String result = new String(queue.result(id), StandardCharsets.UTF_8);
        assertThat(result.equals("héllo"), "the result is '" + result + "'");
        assertThat(report.getString("contentType").equals("text/plain"), "GET /reports/ID has " + report);
        assertThat(report.getInteger("attempt") == 1, "it took " + report.getInteger("attempt") + " attempts");
    }

    private void longInput() throws Exception {
        String input = "0123456789".repeat(LONG_INPUT / 10);
        String id = session.submit(Map.of(), input);
        session.ended(id, "done");
        byte[] result = queue.result(id);
        assertThat(
                Arrays.equals(result, input.getBytes(StandardCharsets.UTF_8)),
                "of " + LONG_INPUT + " bytes the result has " + result.length);
    }

    /** Characters of three bytes, so that some span two chunks. */
    private void chunkedInput() throws Exception {
        String input = "\u20ac".repeat(500_000);
        String id = session.submit(Map.of(), input);
        session.ended(id, "done");
        byte[] result = queue.result(id);
        assertThat(
                Arrays.equals(result, input.getBytes(StandardCharsets.UTF_8)),
                "of 1,500,000 bytes the result has " + result.length + ", or others");
    }

    private void progress() throws Exception {
        String id = session.submit(3_000);
        until("GET /reports/ID shows a progress between 0 and 1", () -> {
            JsonObject report = queue.report(id);
            assertThat(!report.getString("state").equals("done"), "it ended without having shown any progress");
            return report.getDouble("progress", 0.0) > 0;
        });
        session.ended(id, "done");
    }

    private void failures() throws Exception {
        JsonObject failed = session.ended(session.submit(Map.of("error", "failed"), ""), "failed");
        assertThat(failed.getInteger("attempt") == 1, "a failure for good had another attempt");
        assertThat(
                failed.getString("error").contains("as asked for"), "the error is '" + failed.getString("error") + "'");
        JsonObject retried = session.ended(session.submit(Map.of("error", "retry"), ""), "failed");
        assertThat(
                retried.getInteger("attempt") == QueueSide.MAX_ATTEMPTS,
                "a retryable failure had " + retried.getInteger("attempt") + " attempts");
    }

    private void slots() throws Exception {
        int slots = session.registered().getInteger("slots");
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 3 * slots; i++) {
            ids.add(session.submit(200));
        }
        for (String id : ids) {
            session.ended(id, "done");
        }
        int running = 0;
        int most = 0;
        for (String line : session.lines()) {
            String id = line.substring(line.indexOf(' ') + 1, line.indexOf('#'));
            running += !ids.contains(id) ? 0 : line.startsWith("start ") ? 1 : -1;
            most = Math.max(most, running);
        }
        assertThat(most <= slots, most + " ran at once in " + slots + " slots");
    }

    private void trace() throws Exception {
        String id = session.submit(0);
        session.ended(id, "done");
        until("the trace has a CONSUMER span below the PRODUCER span, with the report's id", () -> {
            List<JsonObject> spans = queue.spans(id);
            List<JsonObject> sent = ofKind(spans, "PRODUCER");
            return ofKind(spans, "CONSUMER").stream()
                    .anyMatch(span -> sent.stream()
                                    .anyMatch(from -> from.getString("spanId").equals(span.getString("parentSpanId")))
                            && id.equals(span.getJsonObject("attributes").getString("redistributed.report.id")));
        });
    }

    private void link() throws Exception {
        String id = session.submit(Map.of("error", "retry"), "");
        session.ended(id, "failed");
        until("the second CONSUMER span has a link to the first", () -> {
            List<JsonObject> attempts = ofKind(queue.spans(id), "CONSUMER");
            return attempts.size() == 2
                    && attempts.stream().anyMatch(second -> second.getJsonArray("links", new JsonArray())
                            .encode()
                            .contains(other(attempts, second).getString("spanId")));
        });
    }

    private static JsonObject other(List<JsonObject> two, JsonObject one) {
        return two.get(two.get(0) == one ? 1 : 0);
    }

    private static List<JsonObject> ofKind(List<JsonObject> spans, String kind) {
        return spans.stream()
                .filter(span -> span.getString("kind").equals(kind))
                .toList();
    }

    private void duplicates() throws Exception {
        String channel = session.channel();
        try (ChannelTap tap = new ChannelTap(queue.redis().url(), channel)) {
            String id = session.started(500);
            until("the message is published", () -> !tap.messages().isEmpty());
            byte[] message = tap.messages().get(0);
            queue.publish(channel, message);
            session.ended(id, "done");
            queue.publish(channel, message);
            session.assertWorks();
            assertThat(session.count("start " + id) == 1, "it ran " + session.count("start " + id) + " times");
        }
    }

    private void forged() throws Exception {
        String channel = session.channel();
        for (byte[] message : BadMessages.all(session.journal())) {
            queue.publish(channel, message);
        }
        session.assertWorks();
        assertThat(session.count("start " + BadMessages.ID) == 0, "it ran a report that the queue does not have");
    }

    private void unknownVersion() throws Exception {
        long before = session.count("start " + BadMessages.ID);
        queue.publish(session.channel(), next(new JsonObject().put("version", 2)));
        session.assertWorks();
        assertThat(session.count("start " + BadMessages.ID) == before, "it ran a message of version 2");
    }

    /** Only who can read what is sent to the worker can number a message so. */
    private void unknownReport() throws Exception {
        queue.publish(session.channel(), next(new JsonObject()));
        session.assertWorks();
    }

    /** A message with the number that the worker expects next. */
    private byte[] next(JsonObject fields) throws Exception {
        try (ChannelTap tap = new ChannelTap(queue.redis().url(), session.channel())) {
            session.assertWorks();
            until("a message is published", () -> !tap.messages().isEmpty());
            String message = new String(tap.messages().get(0), StandardCharsets.ISO_8859_1);
            long sequence = new JsonObject(message.substring(message.indexOf("{\""))).getLong("sequence");
            return BadMessages.message(session.journal(), sequence + 1)
                    .mergeIn(fields)
                    .toBuffer()
                    .getBytes();
        }
    }

    private void cancel() throws Exception {
        String id = session.started(30_000);
        queue.cancel(id);
        session.ended(id, "cancelled");
        until(
                "its slot is free",
                () -> session.registered().getJsonArray("running").isEmpty());
        session.assertWorks();
        assertThat(session.count("end " + id) == 0, "it went on to the end");
    }

    private void forgedCancel() throws Exception {
        String channel = session.channel().replace(":worker:", ":control:");
        String id = session.started(1_000);
        for (String hint : List.of(id + "#1", id, "", "\0\1\2", "x".repeat(100_000))) {
            queue.publish(channel, hint.getBytes(StandardCharsets.UTF_8));
        }
        int attempts = session.ended(id, "done").getInteger("attempt");
        assertThat(attempts == 1, "it took " + attempts + " attempts");
    }

    /** As a later service of the same version would have it: another reply of the heartbeat, another name in a message. */
    private void growth() throws Exception {
        String key = "{rd:0}:protocol:1";
        String heartbeat = queue.redis().cli("HGET", key, "lua:heartbeat").toString();
        String longer = "local function heartbeat()\n" + heartbeat + "\nend\n"
                + "local reply = heartbeat()\nif #reply > 0 then reply[#reply + 1] = { 'new' } end\nreturn reply";
        queue.redis().cli("HSET", key, "lua:heartbeat", longer);
        try {
            session.reset();
            session.worker();
            long before = session.count("start " + BadMessages.ID);
            queue.publish(session.channel(), next(new JsonObject().put("new", 1)));
            until("it runs a message with a new name", () -> session.count("start " + BadMessages.ID) > before);
            session.assertWorks();
        } finally {
            queue.redis().cli("HSET", key, "lua:heartbeat", heartbeat);
        }
    }

    private void lostLease() throws Exception {
        WorkerProcess worker = session.worker();
        String id = session.started(1_500);
        worker.freeze();
        try {
            until("the queue takes the report back", () -> queue.workers().isEmpty());
        } finally {
            worker.thaw();
        }
        JsonObject report = session.ended(id, "done");
        assertThat(report.getInteger("attempt") > 1, "the outcome of an attempt that was lost counted");
        assertThat(session.count("start " + id + "#2") == 1, "the second attempt ran not once: " + session.lines());
        session.assertWorks();
    }

    /** All slots are busy for longer than a lease, so the worker has to connect again meanwhile. */
    private void brokenConnections() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = session.registered().getInteger("slots"); i > 0; i--) {
            ids.add(session.started(5_000));
        }
        for (String type : List.of("normal", "pubsub")) {
            queue.redis().cli("CLIENT", "KILL", "TYPE", type);
        }
        for (String id : ids) {
            session.ended(id, "done");
            assertThat(session.count("start " + id) == 1, "it ran " + session.count("start " + id) + " times");
        }
    }

    /** The relay keeps the silent subscription open at Redis, so the worker's next one is the second. */
    private void silentSubscription() throws Exception {
        session.reset();
        Vertx vertx = Vertx.vertx();
        try (TcpRelay relay = new TcpRelay(vertx, queue.redis().port())) {
            session.worker(relay.port());
            String channel = session.channel();
            String subscribers =
                    queue.redis().cli("CLIENT", "LIST", "TYPE", "pubsub").toString();
            relay.silence(port -> subscribers.contains(" addr=127.0.0.1:" + port + " "));
            String id = session.submit(0);
            until(
                    "it subscribes again",
                    () -> queue.redis().cli("PUBSUB", "NUMSUB", channel).equals(List.of(channel, 2L)));
            session.ended(id, "done");
            session.reset();
        } finally {
            vertx.close();
        }
    }

    private void redisRestarts() throws Exception {
        String id = session.started(1_000);
        queue.redis().kill();
        queue.redis().restart();
        session.ended(id, "done");
        session.assertWorks();
    }

    private void redisIsEmpty() throws Exception {
        queue.redis().cli("FLUSHALL");
        queue.redis().cli("SCRIPT", "FLUSH");
        until(
                "the service publishes the protocol again",
                () -> queue.redis().cli("EXISTS", "{rd:0}:protocol:1").equals(1L));
        until("it registers with its types again", () -> session.registered() != null && queue.type() != null);
        session.assertWorks();
    }

    private void terminates() throws Exception {
        WorkerProcess worker = session.worker();
        String running = session.started(1_500);
        worker.terminate();
        int code = worker.exitCode();
        assertThat(code == 0 || code == 143, "it ended with " + code);
        JsonObject report = queue.report(running);
        assertThat(report.getString("state").equals("done"), "it left the report " + report.getString("state"));
        assertThat(report.getInteger("attempt") == 1, "it took " + report.getInteger("attempt") + " attempts");
        assertThat(queue.workers().isEmpty(), "it is still registered");
        String late = session.submit(0);
        session.worker();
        session.ended(late, "done");
    }

    private void terminatesWithoutRedis() throws Exception {
        WorkerProcess worker = session.worker();
        queue.redis().pause();
        try {
            worker.terminate();
            int code = worker.exitCode();
            assertThat(code == 0 || code == 143, "it ended with " + code);
        } finally {
            queue.redis().resume();
        }
    }

    private void killed() throws Exception {
        String id = session.started(2_000);
        session.worker().kill();
        session.worker();
        JsonObject report = session.ended(id, "done");
        assertThat(report.getInteger("attempt") == 2, "it took " + report.getInteger("attempt") + " attempts");
    }
}
