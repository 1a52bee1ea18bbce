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
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The asking side of one lane, as {@link ReportQueue} has it for all of them; also reaps. Used on one event loop. */
final class LaneQueue {

    /** How long a call goes on while Redis is away, before the caller is told. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** More than any API node should be waited on; each costs a channel. */
    private static final int MAX_IN_FLIGHT = 10_000;

    private static final String REPORT_ID = "redistributed.report.id";

    private final Lane lane;
    private final QueueSettings settings;
    private final RedisCommands commands;
    private final RedisCommands reads;
    private final TracedSubscriber subscriber;
    private final QueueScripts scripts;
    private final QueueScripts readScripts;
    private final ReportList list;
    private final PublishTracer tracer;
    private final ReportWait wait;
    private final Reaper reaper;

    private LaneQueue(
            Vertx vertx,
            Lane lane,
            QueueSettings settings,
            RedisCommands commands,
            RedisCommands reads,
            TracedSubscriber subscriber,
            PublishTracer tracer) {
        this.lane = lane;
        this.settings = settings;
        this.commands = commands;
        this.reads = reads;
        this.subscriber = subscriber;
        this.tracer = tracer;
        this.scripts = new QueueScripts(commands, lane, settings);
        this.readScripts = new QueueScripts(reads, lane, settings);
        this.list = new ReportList(reads, lane);
        this.wait = new ReportWait(vertx, new Endings(lane, subscriber), this::find);
        this.reaper = new Reaper(vertx, scripts, settings.beatInterval());
    }

    /** As {@link ReportQueue#connect}. */
    static Future<LaneQueue> connect(
            Vertx vertx,
            Lane lane,
            RedisSettings redis,
            QueueSettings settings,
            ChannelPolicies policies,
            OpenTelemetry openTelemetry) {
        // The end of a report is a sign between our own nodes, no message of the traced transaction.
        SubscriberOptions signs = SubscriberOptions.DEFAULT
                .withMaxInFlight(MAX_IN_FLIGHT)
                .withPolicies(ChannelPolicies.of(new ChannelPolicy("*", WireFormat.NONE, Relation.OFF)));
        RedisSettings there = lane.in(redis);
        Future<RedisCommands> commands = RedisCommands.connect(vertx, there, openTelemetry);
        // What is large or slow to read does not stand before a submit in one pipeline.
        Future<RedisCommands> reads = RedisCommands.connect(vertx, there, openTelemetry);
        Future<TracedSubscriber> subscriber = TracedSubscriber.connect(vertx, there, openTelemetry, signs);
        return Future.join(commands, reads, subscriber)
                .map(all -> new LaneQueue(
                        vertx,
                        lane,
                        settings,
                        commands.result(),
                        reads.result(),
                        subscriber.result(),
                        new PublishTracer(openTelemetry, there, policies)))
                .onFailure(cause -> {
                    commands.onSuccess(RedisCommands::close);
                    reads.onSuccess(RedisCommands::close);
                    subscriber.onSuccess(TracedSubscriber::close);
                });
    }

    Future<Submitted> submit(NewReport report, IdempotencyKey key) {
        String id = lane.newId();
        Buffer body = message(report);
        PublishTracer.Publishing publishing = tracer.start(ReportQueue.DESTINATION, body.length());
        Span span = Span.fromContext(publishing.context()).setAttribute(REPORT_ID, id);
        String traceId = span.getSpanContext().isValid() ? span.getSpanContext().getTraceId() : "";
        List<Object> args = List.of(
                id,
                report.type(),
                body,
                Buffer.buffer(publishing.header()),
                traceId,
                report.input(),
                settings.maxWaitingInLane(),
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

    Future<Cancellation> cancel(String id) {
        return scripts.runUntilAnswered(QueueScripts.CANCEL, List.of(id), PATIENCE)
                .map(reply -> Cancellation.valueOf(reply.toString().toUpperCase(Locale.ROOT)));
    }

    Future<Boolean> retry(String id) {
        return scripts.run(QueueScripts.RETRY, List.of(id, settings.maxWaitingInLane()))
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

    /** The lane's reports from before the cursor; the page's own cursor is that of this lane alone. */
    Future<ReportPage> list(ReportFilter filter, ListCursor cursor) {
        return list.page(filter, cursor.in(lane));
    }

    Future<List<WorkerState>> workers() {
        return readScripts
                .run(QueueScripts.WORKERS, List.of())
                .map(workers -> workers.stream().map(WorkerState::of).toList());
    }

    Future<QueueFigures> figures() {
        return readScripts.run(QueueScripts.FIGURES, List.of()).map(QueueFigures::of);
    }

    Future<Optional<Report>> find(String id) {
        return commands.send(Request.cmd(Command.HGETALL).arg(lane.report(id))).map(reply -> {
            Map<String, String> fields = fields(reply);
            return fields.containsKey("state") ? Optional.of(Report.of(id, fields)) : Optional.empty();
        });
    }

    Future<Optional<Report>> await(String id, Duration atMost, Future<?> abandoned) {
        return wait.await(id, atMost, abandoned);
    }

    Future<Optional<StoredResult>> result(String id) {
        return StoredResult.open(reads, id, lane.report(id), lane.result(id));
    }

    Future<Map<String, JsonObject>> types() {
        return commands.send(Request.cmd(Command.HGETALL).arg(lane.types())).map(reply -> {
            Map<String, JsonObject> types = new TreeMap<>();
            for (String type : reply.getKeys()) {
                types.put(type, new JsonObject(reply.get(type).toString()));
            }
            return types;
        });
    }

    /** Whether the connections that submits need stand. */
    boolean isConnected() {
        return commands.isConnected() && subscriber.state() == TracedSubscriber.State.CONNECTED;
    }

    Future<Void> close() {
        wait.close();
        reaper.close();
        return Future.join(subscriber.close(), commands.close(), reads.close()).mapEmpty();
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

    /** What the worker gets, but for the id and the attempt, which the scripts put in front. */
    private static Buffer message(NewReport report) {
        JsonObject message = new JsonObject().put("type", report.type()).put("parameters", report.parameters());
        if (report.input().length() > 0) {
            message.put("input", true);
        }
        if (report.timeout() != null) {
            message.put("timeout", report.timeout().toMillis());
        }
        return message.toBuffer();
    }
}
