package io.redistributed.queue;

import static io.redistributed.testing.Waiting.await;

import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.pubsub.ChannelPolicies;
import io.redistributed.redis.LuaScript;
import io.redistributed.redis.RedisCommands;
import io.redistributed.redis.RedisSettings;
import io.redistributed.testing.RedisCli;
import io.redistributed.testing.RedisServer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The queue on a real Redis, with leases so long that the reaper does nothing. Tests change stored times instead of
 * waiting, and call the reaper.
 */
final class QueueFixture implements AutoCloseable {

    /** Long polls wait until the report ends. */
    static final Future<Void> NEVER = Promise.<Void>promise().future();

    static final QueueSettings RULES = new QueueSettings(
            1,
            Duration.ofHours(1),
            Duration.ofHours(2),
            3,
            2,
            Duration.ofMinutes(10),
            Duration.ofHours(24),
            1L << 30,
            100_000,
            false);
    /** The default type of reports and workers. */
    static final String TYPE = "summary";

    static final long BEAT = RULES.heartbeatInterval().toMillis();

    final RedisServer redis;
    final ReportQueue queue;

    private final Vertx vertx;
    private final Context context;
    private final QueueSettings settings;
    private final RedisCommands commands;
    private final QueueScripts scripts;
    private RedisCli cli;
    private final List<FakeWorker> workers = new ArrayList<>();

    QueueFixture(Vertx vertx, RedisServer redis, QueueSettings settings) throws IOException {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.redis = redis;
        this.settings = settings;
        this.cli = new RedisCli(redis.port());
        RedisSettings connection = RedisSettings.of(redis.url());
        this.commands = get(() -> RedisCommands.connect(vertx, connection, OpenTelemetry.noop()));
        this.scripts = new QueueScripts(commands, Partition.FIRST, settings);
        this.queue = get(
                () -> ReportQueue.connect(vertx, connection, settings, ChannelPolicies.BINARY, OpenTelemetry.noop()));
    }

    static QueueSettings withMaxWaiting(int maxWaiting) {
        return new QueueSettings(
                1,
                Duration.ofHours(1),
                Duration.ofHours(2),
                3,
                2,
                Duration.ofSeconds(1),
                Duration.ofHours(1),
                1L << 30,
                maxWaiting,
                false);
    }

    /** Makes the call on the queue's event loop and waits for its outcome, at most 60 s. */
    <T> T get(Supplier<Future<T>> call) {
        return await(start(call));
    }

    <T> Future<T> start(Supplier<Future<T>> call) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(v -> call.get().onComplete(promise));
        return promise.future();
    }

    FakeWorker worker(String name) throws IOException {
        WorkerConnection connection = get(() ->
                WorkerConnection.connect(vertx, RedisSettings.of(redis.url()), settings, OpenTelemetry.noop(), 0));
        FakeWorker fake = new FakeWorker(this, connection, name);
        workers.add(fake);
        return fake;
    }

    String submit() {
        return submit("");
    }

    String submit(String input) {
        NewReport report = new NewReport(TYPE, new JsonObject().put("top", 3), Buffer.buffer(input));
        return get(() -> queue.submit(report)).id();
    }

    String submitOf(String type) {
        return submitOf(type, 0);
    }

    String submitOf(String type, int priority) {
        NewReport report = new NewReport(type, new JsonObject(), Buffer.buffer(), null, priority);
        return get(() -> queue.submit(report)).id();
    }

    Report find(String id) {
        return get(() -> queue.find(id)).orElseThrow();
    }

    Response run(LuaScript script, Object... args) {
        return get(() -> scripts.run(script, List.of(args)));
    }

    /** Reaps as if it were due. */
    Response reap() {
        cli("SET", "{rd:0}:reaped", String.valueOf(now() - BEAT));
        return run(QueueScripts.REAP, 200);
    }

    /** Makes the worker of a report dead, with all its leases. */
    void expire(String id) {
        expireWorker(stored(id).get("worker"));
    }

    void expireWorker(String worker) {
        silence(worker, settings.lease().toMillis() + 1);
    }

    /** Moves the latest heartbeat of a worker into the past, in ms. */
    void silence(String worker, long millis) {
        cli("ZADD", "{rd:0}:heartbeats", "XX", String.valueOf(now() - millis), worker);
    }

    /** Moves the start of an attempt more than a heartbeat into the past. */
    void age(String id) {
        cli(Records.set(id, "started", String.valueOf(now() - BEAT - 1)));
    }

    /** Removes the data of an ended report, but not its place in the list. */
    void lose(String id) {
        Map<String, String> report = stored(id);
        long bytes = Long.parseLong(report.get("bytes of head"))
                + Long.parseLong(report.getOrDefault("input", "0"))
                + Long.parseLong(report.getOrDefault("size", "0"));
        cli("DECRBY", "{rd:0}:bytes", String.valueOf(bytes));
        cli("DEL", "{rd:0}:report:" + id, "{rd:0}:input:" + id, "{rd:0}:result:" + id);
    }

    /** Redis' clock in milliseconds. */
    long now() {
        List<?> time = (List<?>) cli("TIME");
        return Long.parseLong((String) time.get(0)) * 1000 + Long.parseLong((String) time.get(1)) / 1000;
    }

    Object cli(String... command) {
        try {
            return cli.call(command);
        } catch (IOException e) {
            throw new AssertionError(String.join(" ", command), e);
        }
    }

    long delayedUntil(String id) {
        return Long.parseLong((String) cli("ZSCORE", "{rd:0}:delayed", id));
    }

    /** Waiting reports of the default type. */
    List<?> waiting() {
        return (List<?>) cli("ZRANGE", "{rd:0}:waiting:" + TYPE, "0", "-1");
    }

    String free(FakeWorker worker) {
        return (String) cli("ZSCORE", "{rd:0}:workers:" + TYPE, worker.name);
    }

    /** The fields of a report's record. */
    Map<String, String> stored(String id) {
        return Records.fields(cli(Records.read(id)));
    }

    void assertConsistent() throws IOException {
        Invariants.check(Snapshot.of(cli));
    }

    /** Call this after an outage of Redis. */
    void reconnect() throws IOException {
        cli.close();
        cli = new RedisCli(redis.port());
    }

    /** Forgets all workers and reports. */
    void clear() throws IOException {
        for (FakeWorker worker : workers) {
            worker.close();
        }
        workers.clear();
        cli("FLUSHALL");
    }

    @Override
    public void close() throws IOException {
        clear();
        get(queue::close);
        get(commands::close);
        cli.close();
        redis.close();
    }
}
