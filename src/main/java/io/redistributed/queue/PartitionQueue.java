package io.redistributed.queue;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.redistributed.context.WireFormat;
import io.redistributed.pubsub.ChannelPolicies;
import io.redistributed.pubsub.ChannelPolicy;
import io.redistributed.pubsub.PublishOperation;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import io.redistributed.pubsub.Relation;
import io.redistributed.pubsub.vertx.SubscriberOptions;
import io.redistributed.pubsub.vertx.TracedSubscriber;
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
import io.vertx.redis.client.ResponseType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Submits, reads and awaits the reports of one partition for {@link ReportQueue}, and reaps. Used on one event loop.
 */
final class PartitionQueue {

    /** How long a call is retried while Redis is unavailable. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final String REPORT_ID = "redistributed.report.id";

    private static final Set<String> STATUSES = Set.of("accepted", "full", "lost", "known", "conflict");

    private final Partition partition;
    private final QueueSettings settings;
    private final RedisCommands commands;
    private final RedisCommands reads;
    private final TracedSubscriber subscriber;
    private final QueueScripts scripts;
    private final QueueScripts readScripts;
    private final GroupCommit<Entry, Response> submits;
    private final ReportList list;
    private final RedisPubSubTelemetry telemetry;
    private final CompletionListener completions;
    private final ReportWait wait;
    private final PartitionProbe probe;
    private final Damage damage;
    private final Reaper reaper;

    /** Arguments of {@code submit.lua} for one report. */
    private record Entry(String id, byte[] block, Buffer input) {

        int bytes() {
            return id.length() + block.length + input.length();
        }
    }

    private PartitionQueue(
            Vertx vertx,
            Partition partition,
            RedisSettings redis,
            QueueSettings settings,
            RedisCommands commands,
            RedisCommands reads,
            TracedSubscriber subscriber,
            QueueScripts scripts,
            RedisPubSubTelemetry telemetry,
            Reaper reaper) {
        this.partition = partition;
        this.settings = settings;
        this.commands = commands;
        this.reads = reads;
        this.subscriber = subscriber;
        this.telemetry = telemetry;
        this.scripts = scripts;
        this.readScripts = new QueueScripts(reads, partition, settings);
        this.submits = new GroupCommit<>(vertx, CallTurns.of(vertx, redis), PATIENCE, false, this::submit);
        this.list = new ReportList(reads, partition, reaper.damage());
        this.completions = new CompletionListener(vertx, partition, subscriber);
        this.wait = new ReportWait(vertx, completions, this::find);
        this.reaper = reaper;
        this.probe = reaper.probe();
        this.damage = reaper.damage();
    }

    /** See {@link ReportQueue#connect}. */
    static Future<PartitionQueue> connect(
            Vertx vertx,
            Partition partition,
            RedisSettings redis,
            QueueSettings settings,
            ChannelPolicies policies,
            OpenTelemetry openTelemetry) {
        // Messages about ended reports are internal and not part of the traced transaction.
        RedisPubSubTelemetry untraced = RedisPubSubTelemetry.builder(openTelemetry)
                .setPolicies(ChannelPolicies.of(new ChannelPolicy("*", WireFormat.NONE, Relation.OFF)))
                .setDestination(channel -> "ended")
                .build();
        RedisPubSubTelemetry reports = RedisPubSubTelemetry.builder(openTelemetry)
                .setPolicies(policies)
                .build()
                .withServer(redis.host(), redis.port())
                .withErrorType(ErrorKind::of);
        RedisSettings there = partition.in(redis);
        return RedisCommands.connect(vertx, there, openTelemetry).compose(commands -> {
            QueueScripts scripts = new QueueScripts(commands, partition, settings);
            Future<Reaper> reaper = Reaper.start(vertx, partition, there, settings, commands, scripts, openTelemetry);
            // Large or slow reads have their own connection, so that they do not delay submits.
            Future<RedisCommands> reads = RedisCommands.connect(vertx, there, openTelemetry);
            Future<TracedSubscriber> subscriber =
                    TracedSubscriber.connect(vertx, there, untraced, SubscriberOptions.DEFAULT);
            return Future.join(reaper, reads, subscriber)
                    .map(all -> new PartitionQueue(
                            vertx,
                            partition,
                            there,
                            settings,
                            commands,
                            reads.result(),
                            subscriber.result(),
                            scripts,
                            reports,
                            reaper.result()))
                    .onFailure(cause -> {
                        reaper.onSuccess(Reaper::close);
                        commands.close();
                        reads.onSuccess(RedisCommands::close);
                        subscriber.onSuccess(TracedSubscriber::close);
                    });
        });
    }

    /** Starts to store a long input. Its chunks do not delay submits, which have another connection. */
    InputUpload upload(Owner owner) {
        return new InputUpload(partition, owner, readScripts, reads, PATIENCE);
    }

    /** @param upload the stored input; null if the report has the input */
    Future<Submitted> submit(NewReport report, IdempotencyKey key, InputUpload upload) {
        String id = upload == null ? partition.newId(report.owner()) : upload.id();
        Buffer body = body(id, report, upload);
        PublishOperation publishing = telemetry.startPublish(ReportQueue.DESTINATION, body.length());
        Span span = Span.fromContext(publishing.context()).setAttribute(REPORT_ID, id);
        String traceId = span.getSpanContext().isValid() ? span.getSpanContext().getTraceId() : "";
        long input = upload == null ? report.input().length() : upload.size();
        MessagePack block = new MessagePack()
                .put("type", report.type())
                .put("message", message(publishing.header(), body))
                .put("trace", traceId)
                .putUnlessEmpty("input", input == 0 ? "" : String.valueOf(input))
                .putUnlessEmpty(
                        "timeout",
                        report.timeout() == null
                                ? ""
                                : String.valueOf(report.timeout().toMillis()))
                .putUnlessEmpty("priority", report.priority() == 0 ? "" : String.valueOf(report.priority()))
                .putUnlessEmpty("key", key.name())
                .putUnlessEmpty("fingerprint", key.fingerprint());
        if (upload != null) {
            block.put("chunks", upload.chunks());
        }
        Entry entry = new Entry(id, block.toBytes(), report.input());
        try (Scope current = publishing.context().makeCurrent()) {
            return submits.add(entry, entry.bytes())
                    .transform((reply, failure) -> failure == null ? submitted(reply, id, traceId) : refused(failure))
                    .onComplete((stored, failure) -> {
                        if (failure == null) {
                            span.setAttribute(REPORT_ID, stored.id());
                            publishing.end();
                        } else {
                            publishing.fail(failure);
                        }
                    });
        }
    }

    private Future<List<Response>> submit(List<Entry> entries, List<Context> callers) {
        List<Object> args = new ArrayList<>(1 + 3 * entries.size());
        args.add(new MessagePack().put("most", settings.maxWaitingInPartition()).toBytes());
        for (Entry entry : entries) {
            args.add(entry.id);
            args.add(entry.block);
            args.add(entry.input);
        }
        return scripts.runShared(QueueScripts.SUBMIT, args, callers, reply -> submissions(entries.size(), reply));
    }

    private static List<Response> submissions(int reports, Response reply) {
        List<Response> submissions = reply.stream().toList();
        if (submissions.size() != reports
                || !submissions.stream().map(PartitionQueue::status).allMatch(STATUSES::contains)) {
            throw new IllegalArgumentException("not a reply to submit.lua: " + reply);
        }
        return submissions;
    }

    private static String status(Response submission) {
        return (submission.type() == ResponseType.MULTI ? submission.get(0) : submission).toString();
    }

    Future<Cancellation> cancel(String id) {
        return ofReport(id, scripts.runUntilAnswered(QueueScripts.CANCEL, List.of(id), PATIENCE))
                .map(reply -> Cancellation.valueOf(reply.toString().toUpperCase(Locale.ROOT)));
    }

    Future<Boolean> retry(String id) {
        return ofReport(id, scripts.run(QueueScripts.RETRY, List.of(id, settings.maxWaitingInPartition())))
                .compose(reply -> switch (reply.toString()) {
                    case "unknown" -> Future.succeededFuture(false);
                    case "ok" -> Future.succeededFuture(true);
                    case "full" -> Future.failedFuture(new QueueFullException(id, settings.maxWaiting()));
                    case "no input" -> Future.failedFuture(new IllegalStateException("its input is no longer stored"));
                    default ->
                        Future.failedFuture(new IllegalStateException(
                                "it is " + reply + "; only a failed or cancelled report can be retried"));
                });
    }

    /** Lists the partition's reports before the cursor. The page's cursor applies to this partition only. */
    Future<ReportPage> list(ReportFilter filter, ListCursor cursor) {
        return list.page(filter, cursor.in(partition)).recover(this::refused);
    }

    Future<List<WorkerState>> workers() {
        return readScripts.run(QueueScripts.WORKERS, List.of()).map(workers -> readable(workers, this::worker));
    }

    Future<QueueFigures> figures() {
        return readScripts.run(QueueScripts.FIGURES, List.of(), QueueFigures::of);
    }

    Future<Optional<Report>> find(String id) {
        return ofReport(id, commands.send(Request.cmd(Command.GET).arg(partition.report(id))))
                .map(record -> Optional.ofNullable(record).map(found -> report(id, found.toBytes())));
    }

    Future<Optional<Report>> await(String id, Duration atMost, Future<?> abandoned) {
        return wait.await(id, atMost, abandoned);
    }

    void onEnded(Consumer<String> listener) {
        completions.onEnded(listener);
    }

    Future<Optional<StoredResult>> result(String id) {
        return ofReport(id, StoredResult.open(reads, id, partition.report(id), partition.result(id)));
    }

    Future<SortedMap<String, AnnouncedType>> types() {
        return readScripts
                .run(QueueScripts.TYPES, List.of())
                .recover(this::refused)
                .map(reply -> {
                    SortedMap<String, AnnouncedType> types = new TreeMap<>();
                    reply.forEach(type -> types.put(type.get(0).toString(), AnnouncedType.of(type)));
                    return types;
                });
    }

    /** Returns whether the connections for submits are up. */
    boolean isConnected() {
        return commands.isConnected() && subscriber.state() == TracedSubscriber.State.CONNECTED;
    }

    /** Returns why no report would be accepted now; empty if one would. */
    Optional<String> refusal() {
        if (isConnected()) {
            return probe.reason();
        }
        String why = commands.outage();
        return Optional.of("the connection to Redis is lost" + (why.isEmpty() ? "" : ": " + why));
    }

    Future<Void> close() {
        wait.close();
        submits.close();
        reaper.close();
        return Future.join(subscriber.close(), commands.close(), reads.close()).mapEmpty();
    }

    private Future<Submitted> submitted(Response reply, String id, String traceId) {
        return switch (status(reply)) {
            case "full" -> Future.failedFuture(new QueueFullException(id, settings.maxWaiting()));
            case "lost" ->
                Future.failedFuture(new RedisUnavailableException(
                        "Redis has lost a part of the input, in a failover or because the rest took too long", null));
            case "conflict" ->
                Future.failedFuture(
                        new IdempotencyConflictException(reply.get(1).toString()));
            case "known" ->
                Future.succeededFuture(
                        new Submitted(reply.get(1).toString(), reply.get(2).toString(), false));
            default -> Future.succeededFuture(new Submitted(id, traceId, true));
        };
    }

    /** Records what an error reply means for the partition, and fails with the reason. */
    private <T> Future<T> refused(Throwable cause) {
        return ErrorKind.isErrorReply(cause)
                ? probe.refused(cause).transform(noted -> Future.failedFuture(because(cause)))
                : Future.failedFuture(cause);
    }

    /** Replaces an unclear error by the probe's reason, such as the key with a wrong type. */
    private Throwable because(Throwable cause) {
        boolean clear = cause instanceof RedisUnavailableException && !PartitionProbe.isWrongType(cause);
        return clear || probe.reason().isEmpty()
                ? cause
                : new RedisRefusedException(ErrorKind.of(cause), probe.reason().get(), cause);
    }

    /** If no shared key has a wrong type, a key of this report has. */
    private <T> Future<T> ofReport(String id, Future<T> call) {
        return call.recover(this::<T>refused).recover(cause -> {
            if (PartitionProbe.isWrongType(cause) && probe.reason().isEmpty()) {
                return Future.failedFuture(damaged(partition.report(id) + ": a key of this report has another type"));
            }
            return Future.failedFuture(
                    cause instanceof IllegalArgumentException
                            ? damaged(partition.report(id) + ": " + cause.getMessage())
                            : cause);
        });
    }

    private Report report(String id, byte[] record) {
        try {
            return Report.of(id, record);
        } catch (IllegalArgumentException e) {
            throw damaged(partition.report(id) + ": " + e.getMessage());
        }
    }

    private WorkerState worker(Response worker) {
        try {
            return WorkerState.of(worker);
        } catch (DecodeException | IllegalArgumentException e) {
            throw damaged(partition.prefix() + ":info: worker '" + worker.get(0) + "': " + e.getMessage());
        }
    }

    private DamagedReportException damaged(String entry) {
        damage.found(entry);
        return new DamagedReportException(entry);
    }

    /** Skips entries that cannot be read. */
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

    /** Returns the message for the worker without sequence, attempt and previous. */
    private static Buffer body(String id, NewReport report, InputUpload upload) {
        JsonObject body =
                new JsonObject().put("id", id).put("type", report.type()).put("parameters", report.parameters());
        if (upload != null) {
            body.put("input", upload.size()).put("chunks", upload.chunks());
        } else if (report.input().length() > 0) {
            body.put("input", report.input().length());
        }
        if (report.timeout() != null) {
            body.put("timeout", report.timeout().toMillis());
        }
        if (report.restricted()) {
            body.put("restricted", true);
        }
        return body.toBuffer();
    }

    /** Returns header and body without the last brace, before which the scripts add the rest. */
    private static byte[] message(byte[] header, Buffer body) {
        byte[] message = Arrays.copyOf(header, header.length + body.length() - 1);
        body.getBytes(0, body.length() - 1, message, header.length);
        return message;
    }
}
