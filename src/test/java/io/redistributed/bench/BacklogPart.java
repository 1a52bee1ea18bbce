package io.redistributed.bench;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.SpanContext;
import io.redistributed.context.TraceCodec;
import io.redistributed.pubsub.ChannelPolicies;
import io.redistributed.queue.Attempt;
import io.redistributed.queue.Finished;
import io.redistributed.queue.NewReport;
import io.redistributed.queue.Outcome;
import io.redistributed.queue.QueueSettings;
import io.redistributed.queue.ReportQueue;
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
import java.util.function.Supplier;

/**
 * What submit and finish cost Redis while few and while many reports wait. By the queue itself, without service and HTTP, in
 * rounds: so many are submitted, and wait, as the one worker has its hands full; then as many are finished, each of which
 * hands over one that waits.
 */
final class BacklogPart {

    private static final int ROUNDS = 40;
    private static final int A_ROUND = 500;
    private static final int UNDER_WAY = 64;
    private static final Outcome DONE = Outcome.done(Buffer.buffer("{}"), "application/json");

    private final int waiting;
    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final ArrayDeque<Attempt> inHand = new ArrayDeque<>();
    private ReportQueue queue;
    private WorkerQueue worker;

    BacklogPart(int waiting) {
        this.waiting = waiting;
    }

    private record Cost(double submitMicros, double finishMicros, double submitCpu, double finishCpu) {}

    /** @return whether all was as it should be */
    boolean run() throws IOException {
        Table.head(
                "reports waiting",
                "submit, µs in its script",
                "finish, µs in its script",
                "submit, µs of Redis CPU",
                "finish, µs of Redis CPU",
                "memory of a waiting report, bytes");
        try (RedisServer redis = RedisServer.start("appendfsync everysec", "auto-aof-rewrite-percentage 0")) {
            connect(redis);
            try (RedisCli messages = new RedisCli(redis.port())) {
                fillHands(messages);
                measure(redis);
                row("up to " + A_ROUND, measure(redis), "");

                Bench.say("backlog: %d reports are submitted", waiting);
                long before = RedisFigures.of(redis).usedMemory();
                submit(waiting);
                double memory = (RedisFigures.of(redis).usedMemory() - before) / (double) waiting;
                row(String.format("%,d", waiting), measure(redis), String.format("%.0f", memory));
                return (Long) redis.cli("ZCARD", "{rd:0}:waiting") == waiting;
            } finally {
                get(queue::close);
                get(worker::close);
            }
        } finally {
            vertx.close().await();
        }
    }

    private static void row(String name, Cost cost, String memory) {
        Table.row(
                name,
                Table.number(cost.submitMicros()),
                Table.number(cost.finishMicros()),
                Table.number(cost.submitCpu()),
                Table.number(cost.finishCpu()),
                memory);
    }

    private void connect(RedisServer redis) {
        QueueSettings rules = new QueueSettings(
                1,
                // No lease ends while it is measured.
                Duration.ofHours(1),
                Duration.ofHours(2),
                3,
                2,
                Duration.ofSeconds(1),
                Duration.ofHours(24),
                // What is stored is not looked at.
                1L << 40,
                waiting + 10 * A_ROUND);
        RedisSettings settings = RedisSettings.of(redis.url());
        queue = get(() -> ReportQueue.connect(vertx, settings, rules, ChannelPolicies.DEFAULT, OpenTelemetry.noop()));
        worker = get(() -> WorkerQueue.connect(vertx, settings, rules, OpenTelemetry.noop(), 0, "bench"));
    }

    private void fillHands(RedisCli messages) throws IOException {
        messages.call("SUBSCRIBE", worker.channel());
        get(() -> worker.beat(UNDER_WAY, new JsonObject(), 1, List.of()));
        submit(UNDER_WAY);
        for (int i = 0; i < UNDER_WAY; i++) {
            String message = (String) ((List<?>) messages.read()).get(2);
            inHand.add(Attempt.parse(Buffer.buffer(message.substring(message.indexOf("{\"sequence\"")))));
        }
    }

    private Cost measure(RedisServer redis) {
        long submitScript = 0;
        long finishScript = 0;
        double submitCpu = 0;
        double finishCpu = 0;
        for (int round = 0; round < ROUNDS; round++) {
            RedisFigures start = RedisFigures.of(redis);
            submit(A_ROUND);
            RedisFigures middle = RedisFigures.of(redis);
            times(A_ROUND, this::finish);
            RedisFigures end = RedisFigures.of(redis);
            submitScript += middle.scriptMicros() - start.scriptMicros();
            finishScript += end.scriptMicros() - middle.scriptMicros();
            submitCpu += middle.cpuMicros() - start.cpuMicros();
            finishCpu += end.cpuMicros() - middle.cpuMicros();
        }
        double calls = ROUNDS * A_ROUND;
        return new Cost(submitScript / calls, finishScript / calls, submitCpu / calls, finishCpu / calls);
    }

    private void submit(int count) {
        NewReport report = new NewReport("simulated", new JsonObject(), Buffer.buffer());
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

    /** So many calls, some of them under way at a time. */
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
