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
import io.redistributed.redis.ErrorKind;
import io.redistributed.redis.RedisCommands;
import io.redistributed.redis.RedisRefusedException;
import io.redistributed.redis.RedisSettings;
import io.redistributed.redis.RedisUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

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
    private final TracedSubscriber subscriber;
    private final QueueScripts scripts;
    private final PublishTracer tracer;
    private final ReportWait wait;
    private final LaneProbe probe;
    private final Damage damage;
    private final Reaper reaper;

    private LaneQueue(
            Vertx vertx,
            Lane lane,
            QueueSettings settings,
            RedisCommands commands,
            TracedSubscriber subscriber,
            QueueScripts scripts,
            PublishTracer tracer,
            LaneProbe probe,
            Damage damage) {
        this.lane = lane;
        this.settings = settings;
        this.commands = commands;
        this.subscriber = subscriber;
        this.tracer = tracer;
        this.scripts = scripts;
        this.wait = new ReportWait(vertx, new Endings(lane, subscriber), this::find);
        this.probe = probe;
        this.damage = damage;
        this.reaper = new Reaper(vertx, scripts, probe, damage, settings.beatInterval());
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
        return RedisCommands.connect(vertx, there, openTelemetry).compose(commands -> {
            QueueScripts scripts = new QueueScripts(commands, lane, settings);
            LaneProbe probe = new LaneProbe(vertx, lane, there, settings, commands, scripts);
            return probe.start()
                    .compose(v -> TracedSubscriber.connect(vertx, there, openTelemetry, signs))
                    .map(subscriber -> new LaneQueue(
                            vertx,
                            lane,
                            settings,
                            commands,
                            subscriber,
                            scripts,
                            new PublishTracer(openTelemetry, there, policies),
                            probe,
                            Damage.of(vertx, openTelemetry)))
                    .onFailure(cause -> commands.close());
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
                    .recover(this::refused)
                    .compose(reply -> submitted(reply, id, traceId))
                    .onSuccess(stored -> {
                        span.setAttribute(REPORT_ID, stored.id());
                        publishing.succeeded();
                    })
                    .onFailure(publishing::failed);
        }
    }

    Future<Cancellation> cancel(String id) {
        return ofReport(id, scripts.runUntilAnswered(QueueScripts.CANCEL, List.of(id), PATIENCE))
                .map(reply -> Cancellation.valueOf(reply.toString().toUpperCase(Locale.ROOT)));
    }

    Future<Boolean> retry(String id) {
        return ofReport(id, scripts.run(QueueScripts.RETRY, List.of(id, settings.maxWaitingInLane())))
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
        List<Object> args = List.of(
                filter.state() == null ? "" : filter.state().text(),
                filter.type() == null ? "" : filter.type(),
                filter.limit(),
                cursor.in(lane));
        return scripts.run(QueueScripts.LIST, args)
                .map(page -> new ReportPage(
                        readable(page.get(1), report -> report(report.get(0).toString(), fields(report.get(1)))),
                        page.get(0).toString()));
    }

    Future<List<WorkerState>> workers() {
        return scripts.run(QueueScripts.WORKERS, List.of()).map(workers -> readable(workers, this::worker));
    }

    Future<QueueFigures> figures() {
        return scripts.run(QueueScripts.FIGURES, List.of()).map(QueueFigures::of);
    }

    Future<Optional<Report>> find(String id) {
        return ofReport(id, commands.send(Request.cmd(Command.HGETALL).arg(lane.report(id))))
                .map(reply -> {
                    Map<String, String> fields = fields(reply);
                    return fields.containsKey("state") ? Optional.of(report(id, fields)) : Optional.empty();
                });
    }

    Future<Optional<Report>> await(String id, Duration atMost, Future<?> abandoned) {
        return wait.await(id, atMost, abandoned);
    }

    Future<Optional<ReportResult>> result(String id) {
        Future<Response> contentType =
                commands.send(Request.cmd(Command.HGET).arg(lane.report(id)).arg("contentType"));
        Future<Response> body = commands.send(Request.cmd(Command.GET).arg(lane.result(id)));
        return ofReport(id, Future.all(contentType, body))
                .map(both -> body.result() == null || contentType.result() == null
                        ? Optional.empty()
                        : Optional.of(new ReportResult(
                                body.result().toBuffer(), contentType.result().toString())));
    }

    Future<Map<String, JsonObject>> types() {
        return commands.send(Request.cmd(Command.HGETALL).arg(lane.types()))
                .recover(this::refused)
                .map(reply -> {
                    Map<String, JsonObject> types = new TreeMap<>();
                    for (String type : reply.getKeys()) {
                        try {
                            types.put(type, description(reply.get(type)));
                        } catch (DecodeException e) {
                            damage.found(
                                    lane.types() + ": the description of '" + type + "' is not as workers write it");
                        }
                    }
                    return types;
                });
    }

    /** Whether both connections to Redis stand. */
    boolean isConnected() {
        return commands.isConnected() && subscriber.state() == TracedSubscriber.State.CONNECTED;
    }

    /** Why no report would be accepted now; empty if one would. */
    Optional<String> refusal() {
        return isConnected() ? probe.reason() : Optional.of("the connection to Redis is lost");
    }

    Future<Void> close() {
        wait.close();
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

    /** Notes what Redis' error says of the lane, and fails with the reason. */
    private <T> Future<T> refused(Throwable cause) {
        return ErrorKind.isErrorReply(cause)
                ? probe.refused(cause).transform(noted -> Future.failedFuture(because(cause)))
                : Future.failedFuture(cause);
    }

    /** The probe knows which key has another type, and whether an error that nobody expected stops all reports. */
    private Throwable because(Throwable cause) {
        boolean clear = cause instanceof RedisUnavailableException && !LaneProbe.isWrongType(cause);
        return clear || probe.reason().isEmpty()
                ? cause
                : new RedisRefusedException(ErrorKind.of(cause), probe.reason().get(), cause);
    }

    /** If no key that all reports share is of another type, then it is one of this report. */
    private <T> Future<T> ofReport(String id, Future<T> call) {
        return call.recover(this::<T>refused)
                .recover(cause -> Future.failedFuture(
                        LaneProbe.isWrongType(cause) && probe.reason().isEmpty()
                                ? damaged(lane.report(id) + ": a key of this report has another type")
                                : cause));
    }

    private Report report(String id, Map<String, String> fields) {
        try {
            return Report.of(id, fields);
        } catch (IllegalArgumentException e) {
            throw damaged(lane.report(id) + ": " + e.getMessage());
        }
    }

    /** As workers write it: an object, in which {@code title} is text and {@code parameters} an object if they are there. */
    private static JsonObject description(Response stored) {
        JsonObject description = new JsonObject(stored.toString());
        if (!(description.getValue("title", "") instanceof String)) {
            throw new DecodeException("title is not text");
        }
        if (!(description.getValue("parameters", new JsonObject()) instanceof JsonObject)) {
            throw new DecodeException("parameters is not an object");
        }
        return description;
    }

    private WorkerState worker(Response worker) {
        try {
            return WorkerState.of(worker);
        } catch (DecodeException | IllegalArgumentException e) {
            throw damaged(lane.prefix() + ":info: worker '" + worker.get(0) + "': " + e.getMessage());
        }
    }

    private DamagedReportException damaged(String entry) {
        damage.found(entry);
        return new DamagedReportException(entry);
    }

    /** One entry that cannot be read does not hide the others. */
    private static <T> List<T> readable(Response entries, Function<Response, T> read) {
        List<T> all = new ArrayList<>();
        for (Response entry : entries) {
            try {
                all.add(read.apply(entry));
            } catch (DamagedReportException skipped) {
                continue;
            }
        }
        return all;
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
