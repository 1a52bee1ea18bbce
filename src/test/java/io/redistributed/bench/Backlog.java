package io.redistributed.bench;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.SpanContext;
import io.redistributed.context.TraceCodec;
import io.redistributed.pubsub.ChannelPolicies;
import io.redistributed.queue.Attempt;
import io.redistributed.queue.AttemptOutcome;
import io.redistributed.queue.Finished;
import io.redistributed.queue.NewReport;
import io.redistributed.queue.QueueSettings;
import io.redistributed.queue.ReportQueue;
import io.redistributed.queue.WorkerConnection;
import io.redistributed.queue.WorkerQueue;
import io.redistributed.redis.RedisSettings;
import io.redistributed.testing.RedisCli;
import io.redistributed.testing.RedisServer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A queue with waiting reports, because its only worker has no free slot. Uses the queue directly, without service and
 * HTTP, in rounds: reports are submitted and wait; then as many are finished, and each starts a waiting one.
 */
final class Backlog implements AutoCloseable {

    /**
     * So few that with 1,000,000 reports Redis' table of keys does not pass 2^20 entries in all rounds: it doubles then, and
     * while it moves its entries, a few with each command, all that looks for a key takes longer.
     */
    private static final int A_ROUND = 250;

    private static final int UNDER_WAY = 64;
    private static final AttemptOutcome DONE = AttemptOutcome.done(Buffer.buffer("{}"), "application/json");

    private static final SortedMap<String, JsonObject> TYPES = new TreeMap<>(Map.of("simulated", new JsonObject()));

    private final int waiting;
    private final RedisServer redis;
    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final ArrayDeque<Attempt> inHand = new ArrayDeque<>();
    private final ReportQueue queue;
    private final WorkerConnection connection;
    private final WorkerQueue worker;

    Backlog(int waiting) throws IOException {
        this.waiting = waiting;
        redis = Bed.redis(true);
        QueueSettings rules = new QueueSettings(
                1,
                // No lease ends while it is measured.
                Duration.ofHours(1),
                Duration.ofHours(2),
                3,
                2,
                Duration.ofSeconds(1),
                Duration.ofHours(24),
                // The stored data is not read.
                1L << 40,
                waiting + 10 * A_ROUND,
                false);
        RedisSettings settings = RedisSettings.of(redis.url());
        queue = get(() -> ReportQueue.connect(vertx, settings, rules, ChannelPolicies.BINARY, OpenTelemetry.noop()));
        connection = get(() -> WorkerConnection.connect(vertx, settings, rules, OpenTelemetry.noop(), 0));
        worker = connection.queue("bench");
        try (RedisCli messages = new RedisCli(redis.port())) {
            fillHands(messages);
        }
    }

    /** Of one report, on average. */
    record Cost(double submitMicros, double finishMicros, double submitCpu, double finishCpu) {}

    /** @return bytes of memory that each report that waits has taken */
    double fill() {
        long before = RedisFigures.of(redis).usedMemory();
        submit(waiting);
        return (RedisFigures.of(redis).usedMemory() - before) / (double) waiting;
    }

    /** Completes a number of reports, which stay stored. */
    void make(int reports) {
        for (int made = 0; made < reports; made += A_ROUND) {
            round();
        }
    }

    boolean isWhole() {
        return (Long) redis.cli("ZCARD", "{rd:0}:waiting:simulated") == waiting;
    }

    Cost round() {
        RedisFigures start = RedisFigures.of(redis);
        submit(A_ROUND);
        RedisFigures middle = RedisFigures.of(redis);
        times(A_ROUND, this::finish);
        RedisFigures end = RedisFigures.of(redis);
        return new Cost(
                (middle.scriptMicros() - start.scriptMicros()) / (double) A_ROUND,
                (end.scriptMicros() - middle.scriptMicros()) / (double) A_ROUND,
                (middle.cpuMicros() - start.cpuMicros()) / A_ROUND,
                (end.cpuMicros() - middle.cpuMicros()) / A_ROUND);
    }

    @Override
    public void close() {
        get(queue::close);
        get(connection::close);
        vertx.close().await();
        redis.close();
    }

    private void fillHands(RedisCli messages) throws IOException {
        messages.call("SUBSCRIBE", worker.channel());
        get(() -> worker.heartbeat(UNDER_WAY, new JsonObject(), 1, TYPES, false, List.of()));
        submit(UNDER_WAY);
        for (int i = 0; i < UNDER_WAY; i++) {
            String message = (String) ((List<?>) messages.read()).get(2);
            inHand.add(Attempt.parse(Buffer.buffer(message.substring(message.indexOf("{\"id\"")))));
        }
    }

    private void submit(int count) {
        NewReport report = new NewReport(TYPES.firstKey(), new JsonObject(), Buffer.buffer());
        times(count, () -> queue.submit(report).mapEmpty());
    }

    private Future<Void> finish() {
        return worker.finish(inHand.remove(), DONE, SpanContext.getInvalid(), true)
                .map(this::next);
    }

    private Void next(Finished finished) {
        byte[] message = finished.next().orElseThrow().getBytes();
        int start = TraceCodec.decode(message).bodyOffset();
        inHand.add(Attempt.parse(Buffer.buffer(message).slice(start, message.length)));
        return null;
    }

    /** Makes calls with limited concurrency. */
    private void times(int count, Supplier<Future<Void>> call) {
        get(() -> {
            Times times = new Times(count, call);
            for (int i = 0; i < Math.min(count, UNDER_WAY); i++) {
                times.next();
            }
            return times.over.future();
        });
    }

    private static final class Times {

        private final Promise<Void> over = Promise.promise();
        private final Supplier<Future<Void>> call;
        private int toStart;
        private int toEnd;

        Times(int count, Supplier<Future<Void>> call) {
            this.call = call;
            toStart = count;
            toEnd = count;
        }

        void next() {
            if (toStart > 0) {
                toStart--;
                call.get().onFailure(over::tryFail).onSuccess(ended -> {
                    toEnd--;
                    next();
                    if (toEnd == 0) {
                        over.tryComplete();
                    }
                });
            }
        }
    }

    private <T> T get(Supplier<Future<T>> call) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(now -> call.get().onComplete(promise));
        return promise.future().await();
    }
}
