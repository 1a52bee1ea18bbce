package io.redistributed.queue;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.redistributed.context.WireFormat;
import io.redistributed.pubsub.ChannelPolicies;
import io.redistributed.pubsub.ChannelPolicy;
import io.redistributed.pubsub.PublishTracer;
import io.redistributed.pubsub.Relation;
import io.redistributed.pubsub.SubscriberOptions;
import io.redistributed.pubsub.TracedSubscriber;
import io.redistributed.redis.RedisCommands;
import io.redistributed.redis.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * The asking side of the report queue: submit reports, look at them, wait for them. Also reaps, so that reports of lost
 * workers end while any node is alive. To be used on the event loop it was made on.
 */
public final class ReportQueue {

    /** What reports are called on spans and in channel policies; every worker has a channel of its own below it. */
    public static final String DESTINATION = "reports";

    /** How long a call goes on while Redis is away, before the caller is told. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Between two looks at a report while Redis is away. */
    private static final long RETRY_MILLIS = 100;

    /** More than any API node should be waited on; each costs a channel. */
    private static final int MAX_IN_FLIGHT = 10_000;

    private static final String REPORT_ID = "redistributed.report.id";

    private final Vertx vertx;
    private final QueueSettings settings;
    private final RedisCommands commands;
    private final TracedSubscriber subscriber;
    private final QueueScripts scripts;
    private final PublishTracer tracer;
    private final Endings endings;
    private final Reaper reaper;

    private boolean closed;

    private ReportQueue(
            Vertx vertx,
            QueueSettings settings,
            RedisCommands commands,
            TracedSubscriber subscriber,
            PublishTracer tracer) {
        this.vertx = vertx;
        this.settings = settings;
        this.commands = commands;
        this.subscriber = subscriber;
        this.tracer = tracer;
        this.scripts = new QueueScripts(commands, settings);
        this.endings = new Endings(subscriber);
        this.reaper = new Reaper(vertx, scripts, settings.beatInterval());
    }

    /**
     * Connects; fails with a {@link io.redistributed.redis.RedisUnavailableException} if Redis cannot be reached.
     *
     * @param policies how the destination {@link #DESTINATION} is traced
     */
    public static Future<ReportQueue> connect(
            Vertx vertx,
            RedisSettings redis,
            QueueSettings settings,
            ChannelPolicies policies,
            OpenTelemetry openTelemetry) {
        // The end of a report is a sign between our own nodes, no message of the traced transaction.
        SubscriberOptions signs = SubscriberOptions.DEFAULT
                .withMaxInFlight(MAX_IN_FLIGHT)
                .withPolicies(ChannelPolicies.of(new ChannelPolicy("*", WireFormat.NONE, Relation.OFF)));
        RedisSettings lane = redis.withHashTag(Lane.PREFIX);
        return RedisCommands.connect(vertx, lane, openTelemetry).compose(commands -> TracedSubscriber.connect(
                        vertx, lane, openTelemetry, signs)
                .map(subscriber -> new ReportQueue(
                        vertx, settings, commands, subscriber, new PublishTracer(openTelemetry, lane, policies)))
                .onFailure(cause -> commands.close()));
    }

    /** {@link #submit(NewReport, IdempotencyKey)} without a key. */
    public Future<Submitted> submit(NewReport report) {
        return submit(report, IdempotencyKey.NONE);
    }

    /**
     * Stores a report and hands it to a free worker, or lets it wait for one, under a PRODUCER span
     * {@code publish reports} of the current trace.
     *
     * @param key if the same request was submitted under it before, that report is meant and nothing is stored
     * @return once the report is stored; or a {@link QueueFullException}; or an {@link IdempotencyConflictException}; or a
     *     {@link io.redistributed.redis.RedisUnavailableException} after some seconds without Redis: then the report may
     *     or may not be stored
     */
    public Future<Submitted> submit(NewReport report, IdempotencyKey key) {
        String id = newId();
        Buffer body = message(id, report);
        PublishTracer.Publishing publishing = tracer.start(DESTINATION, body.length());
        Span span = Span.fromContext(publishing.context()).setAttribute(REPORT_ID, id);
        String traceId = span.getSpanContext().isValid() ? span.getSpanContext().getTraceId() : "";
        List<Object> args = List.of(
                id,
                report.type(),
                body,
                Buffer.buffer(publishing.header()),
                traceId,
                report.input(),
                settings.maxWaiting(),
                report.timeout() == null ? "" : report.timeout().toMillis(),
                report.priority(),
                key.name(),
                key.fingerprint());
        try (Scope current = publishing.context().makeCurrent()) {
            return scripts.runUntilAnswered(QueueScripts.SUBMIT, args, PATIENCE)
                    .compose(reply -> submitted(reply, id, traceId))
                    .onSuccess(stored -> {
                        span.setAttribute(REPORT_ID, stored.id());
                        publishing.succeeded();
                    })
                    .onFailure(publishing::failed);
        }
    }

    /**
     * Cancels a report; see {@link Cancellation} for what comes of it. Fails with a
     * {@link io.redistributed.redis.RedisUnavailableException} after some seconds without Redis.
     */
    public Future<Cancellation> cancel(String id) {
        return scripts.runUntilAnswered(QueueScripts.CANCEL, List.of(id), PATIENCE)
                .map(reply -> Cancellation.valueOf(reply.toString().toUpperCase(Locale.ROOT)));
    }

    /**
     * Gives a report that has failed or was cancelled all its attempts anew.
     *
     * @return whether there is such a report; or a {@link QueueFullException}; or an {@link IllegalStateException} that
     *     says why it cannot be tried again
     */
    public Future<Boolean> retry(String id) {
        return scripts.run(QueueScripts.RETRY, List.of(id, settings.maxWaiting()))
                .compose(reply -> switch (reply.toString()) {
                    case "unknown" -> Future.succeededFuture(false);
                    case "ok" -> Future.succeededFuture(true);
                    case "full" -> Future.failedFuture(new QueueFullException(settings.maxWaiting()));
                    case "no input" -> Future.failedFuture(new IllegalStateException("its input is no longer stored"));
                    default ->
                        Future.failedFuture(new IllegalStateException(
                                "it is " + reply + "; only what has failed or was cancelled can be tried again"));
                });
    }

    /**
     * Reports from the newest to the oldest, a page at a time; those that were created within the retention. Whoever
     * follows the cursors meets each report once that was there when he began, and none that came after.
     */
    public Future<ReportPage> list(ReportFilter filter) {
        List<Object> args = List.of(
                filter.state() == null ? "" : filter.state().text(),
                filter.type() == null ? "" : filter.type(),
                filter.limit(),
                filter.cursor());
        return scripts.run(QueueScripts.LIST, args)
                .map(page -> new ReportPage(
                        page.get(1).stream()
                                .map(report -> Report.of(report.get(0).toString(), fields(report.get(1))))
                                .toList(),
                        page.get(0).toString()));
    }

    /** The workers of the cluster by id, as they told of themselves with their latest beats. */
    public Future<List<WorkerState>> workers() {
        return scripts.run(QueueScripts.WORKERS, List.of()).map(workers -> workers.stream()
                .map(WorkerState::of)
                .sorted(Comparator.comparing(WorkerState::id))
                .toList());
    }

    /** The report as it is now; empty if there is none of that id. */
    public Future<Optional<Report>> find(String id) {
        return commands.send(Request.cmd(Command.HGETALL).arg(Lane.report(id))).map(reply -> {
            Map<String, String> fields = fields(reply);
            return fields.containsKey("state") ? Optional.of(Report.of(id, fields)) : Optional.empty();
        });
    }

    /**
     * The report once it has ended, or as it is after {@code atMost}; empty at once if there is none of that id. Goes on
     * while Redis is away, and fails only if it still is in the end, or if this queue is closed.
     */
    public Future<Optional<Report>> await(String id, Duration atMost) {
        return await(id, System.nanoTime() + atMost.toNanos());
    }

    /** The result of a done report; empty if there is none. */
    public Future<Optional<ReportResult>> result(String id) {
        Future<Response> contentType =
                commands.send(Request.cmd(Command.HGET).arg(Lane.report(id)).arg("contentType"));
        Future<Response> body = commands.send(Request.cmd(Command.GET).arg(Lane.result(id)));
        return Future.all(contentType, body)
                .map(both -> body.result() == null || contentType.result() == null
                        ? Optional.empty()
                        : Optional.of(new ReportResult(
                                body.result().toBuffer(), contentType.result().toString())));
    }

    /** The report types that workers of the cluster have announced, with their descriptions; by name. */
    public Future<Map<String, JsonObject>> types() {
        return commands.send(Request.cmd(Command.HGETALL).arg(Lane.types())).map(reply -> {
            Map<String, JsonObject> types = new TreeMap<>();
            for (String type : reply.getKeys()) {
                types.put(type, new JsonObject(reply.get(type).toString()));
            }
            return types;
        });
    }

    /** Whether both connections to Redis stand. */
    public boolean isConnected() {
        return commands.isConnected() && subscriber.state() == TracedSubscriber.State.CONNECTED;
    }

    /** Closes the connections; whoever waits for a report is told. */
    public Future<Void> close() {
        closed = true;
        reaper.close();
        return Future.join(subscriber.close(), commands.close()).mapEmpty();
    }

    private Future<Submitted> submitted(Response reply, String id, String traceId) {
        return switch (reply.get(0).toString()) {
            case "full" -> Future.failedFuture(new QueueFullException(settings.maxWaiting()));
            case "conflict" ->
                Future.failedFuture(
                        new IdempotencyConflictException(reply.get(1).toString()));
            case "known" ->
                Future.succeededFuture(
                        new Submitted(reply.get(1).toString(), reply.get(2).toString()));
            default -> Future.succeededFuture(new Submitted(id, traceId));
        };
    }

    private static Map<String, String> fields(Response hash) {
        Map<String, String> fields = new HashMap<>();
        for (String field : hash.getKeys()) {
            fields.put(field, hash.get(field).toString());
        }
        return fields;
    }

    /** What the worker gets, but for the attempt, which the scripts put in front. */
    private static Buffer message(String id, NewReport report) {
        JsonObject message =
                new JsonObject().put("id", id).put("type", report.type()).put("parameters", report.parameters());
        if (report.input().length() > 0) {
            message.put("input", true);
        }
        if (report.timeout() != null) {
            message.put("timeout", report.timeout().toMillis());
        }
        return message.toBuffer();
    }

    private Future<Optional<Report>> await(String id, long deadline) {
        return find(id).compose(report -> isOver(report, deadline)
                        ? Future.succeededFuture(report)
                        : endings.listen(id).compose(listening -> untilOver(id, listening, deadline)
                                .onComplete(over -> listening.close())))
                .recover(cause -> closed || System.nanoTime() >= deadline
                        ? Future.failedFuture(cause)
                        : vertx.timer(RETRY_MILLIS, TimeUnit.MILLISECONDS).compose(v -> await(id, deadline)));
    }

    private Future<Optional<Report>> untilOver(String id, Endings.Listening listening, long deadline) {
        Future<Void> sign = listening.sign();
        // Asked anew after the sign was asked for, so an end in between is not missed.
        return find(id).compose(report -> isOver(report, deadline)
                ? Future.succeededFuture(report)
                : orAt(deadline, sign).compose(woken -> untilOver(id, listening, deadline)));
    }

    private Future<Void> orAt(long deadline, Future<Void> sign) {
        Promise<Void> first = Promise.promise();
        long millis = Math.max(1, Duration.ofNanos(deadline - System.nanoTime()).toMillis());
        long timer = vertx.setTimer(millis, id -> first.tryComplete());
        sign.onComplete(woken -> {
            vertx.cancelTimer(timer);
            first.tryComplete();
        });
        return first.future();
    }

    private static boolean isOver(Optional<Report> report, long deadline) {
        return report.isEmpty() || report.get().state().isTerminal() || System.nanoTime() >= deadline;
    }

    /** 128 random bits behind the number of the lane: whoever knows an id may read the report, so ids are not guessed. */
    private static String newId() {
        return "0-" + UUID.randomUUID().toString().replace("-", "");
    }
}
