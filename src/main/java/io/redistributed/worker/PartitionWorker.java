package io.redistributed.worker;

import static io.opentelemetry.semconv.ErrorAttributes.ERROR_TYPE;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.redistributed.generate.Generators;
import io.redistributed.pubsub.vertx.OverflowPolicy;
import io.redistributed.pubsub.vertx.SubscriberOptions;
import io.redistributed.pubsub.vertx.Subscription;
import io.redistributed.pubsub.vertx.TracedMessage;
import io.redistributed.pubsub.vertx.TracedSubscriber;
import io.redistributed.queue.Attempt;
import io.redistributed.queue.AttemptOutcome;
import io.redistributed.queue.Finished;
import io.redistributed.queue.Heartbeat;
import io.redistributed.queue.QueueSettings;
import io.redistributed.queue.WorkerQueue;
import io.redistributed.redis.ErrorKind;
import io.redistributed.redis.RedisUnavailableException;
import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.SortedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one partition of a worker: receives reports on the worker's channel, lists its leased reports in heartbeats, and
 * writes the outcomes. Used on one event loop.
 */
final class PartitionWorker {

    private static final Logger log = LoggerFactory.getLogger(PartitionWorker.class);

    /** Bounds the heap that messages sent around the queue can use. */
    private static final long BUFFER_BYTES = 16L << 20;

    /** Time after which an attempt that waits or has begun is listed. Shorter ones are not worth a heartbeat. */
    private static final int WATCH_MILLIS = 100;

    private static final Future<Void> DONE = Future.succeededFuture();

    private final Vertx vertx;
    private final io.vertx.core.Context loop;
    private final WorkerSetup setup;
    private final int partition;
    private final int slots;
    private final Executions executions = new Executions();
    private final Sequence sequence = new Sequence();

    private WorkerConnections.Use connection;
    private WorkerQueue queue;
    private TracedSubscriber subscriber;
    private Subscription reports;
    private AttemptRunner runner;
    /** The report types last announced to Redis; null if they must be announced again. */
    private SortedMap<String, JsonObject> announced;

    private long heartbeats;
    private Future<Void> lastHeartbeat = Future.succeededFuture();
    /** When the latest heartbeat with a reply was sent, by {@link System#nanoTime}. */
    private long confirmed = System.nanoTime();

    private boolean heartbeatAsked;
    private boolean watching;
    /** Whether a heartbeat has listed the first of the attempts that wait for a thread. */
    private boolean listedWaiting;

    private boolean heartbeatFailed;
    private boolean stopping;
    private boolean left;

    PartitionWorker(Vertx vertx, WorkerSetup setup, int partition) {
        this.vertx = vertx;
        this.loop = VertxInternals.current(vertx);
        this.setup = setup;
        this.partition = partition;
        this.slots = setup.slotsIn(partition);
    }

    /** Connects and starts to take reports. Closes its connections if it fails. */
    Future<Void> start() {
        QueueSettings queueSettings = setup.queueSettings();
        // Redis limits the reports it sends to the free slots; this bound is for messages sent around the queue.
        SubscriberOptions options = SubscriberOptions.DEFAULT
                .withMaxInFlight(2 * slots)
                .withBuffer(BUFFER_BYTES, OverflowPolicy.PAUSE)
                .withCloseTimeout(setup.settings().drain().plusMillis(1));
        return WorkerConnections.of(vertx)
                .use(vertx, setup, partition)
                .onSuccess(used -> {
                    connection = used;
                    queue = used.connection().queue(setup.worker());
                    runner = new AttemptRunner(
                            vertx,
                            setup.worker(),
                            queue,
                            queueSettings.timeout(),
                            new AttemptCounter(setup.openTelemetry()));
                })
                .compose(used -> used.connection().subscriber(vertx, setup.telemetry(), options))
                .onSuccess(connected -> subscriber = connected)
                .compose(connected -> subscriber.subscribe(queue.channel(), this::handle))
                .onSuccess(subscription -> reports = subscription)
                .compose(v -> subscriber.subscribe(queue.controlChannel(), this::control))
                .compose(subscription -> heartbeat())
                .onSuccess(first -> {
                    heartbeats =
                            vertx.setPeriodic(queueSettings.heartbeatInterval().toMillis(), id -> {
                                listedWaiting = executions.haveWaiting();
                                sendHeartbeat();
                            });
                    subscriber.stateHandler(this::reconnected);
                })
                .recover(cause -> disconnect().transform(v -> Future.failedFuture(cause)));
    }

    /** Stops taking reports, lets running attempts finish within {@code drain}, and returns the others to the queue. */
    Future<Void> stop() {
        stopping = true;
        return lastHeartbeat
                .transform(done -> heartbeat())
                .transform(reply -> subscriber.close())
                .transform(drained -> {
                    // A heartbeat after leave() would register the worker again.
                    vertx.cancelTimer(heartbeats);
                    return lastHeartbeat;
                })
                .transform(stopped -> queue.leave())
                .onFailure(cause -> log.warn(
                        "Worker {} could not return its reports to the queue: {}", setup.worker(), cause.getMessage()))
                .transform(reply -> {
                    left = true;
                    // Other workers have these reports now.
                    executions.cancelAll();
                    return disconnect();
                });
    }

    private Future<Void> disconnect() {
        Future<Void> closed = subscriber == null ? Future.succeededFuture() : subscriber.close();
        return closed.transform(v -> connection == null ? Future.succeededFuture() : connection.release());
    }

    private Future<Void> handle(TracedMessage message) {
        Attempt attempt;
        try {
            attempt = Attempt.parse(message.body());
        } catch (IllegalArgumentException e) {
            return refuse(RejectReason.MALFORMED, e.getMessage());
        }
        RejectReason refusal = sequence.take(attempt.sequence());
        if (refusal != null) {
            return refuse(refusal, "number " + attempt.sequence() + " for " + attempt.key());
        }
        Execution execution =
                new Execution(attempt, message.decoded().spanContext(), Span.current(), vertx.getOrCreateContext());
        if (!executions.add(execution)) {
            return refuse(RejectReason.REPLAYED, attempt.key());
        }
        watchWaiting();
        return confirmedLease()
                .compose(Context.current()
                        .wrapFunction(v -> execution.cancellation().isComplete()
                                ? Future.succeededFuture(AttemptOutcome.cancelled())
                                : runner.run(execution)))
                .compose(outcome -> left ? DONE : finish(execution, outcome));
    }

    /**
     * Completes when the worker may start an attempt. After a pause of the process that outlasted the lease, other
     * workers may have the reports whose messages waited here; the reply to a heartbeat cancels those.
     */
    private Future<Void> confirmedLease() {
        if (System.nanoTime() - confirmed < setup.queueSettings().lease().toNanos()) {
            return DONE;
        }
        // The context of the message, not that of the heartbeat.
        Promise<Void> done = VertxInternals.promise(vertx);
        freshHeartbeat().onComplete(heartbeat -> done.complete());
        return done.future();
    }

    private Future<Void> finish(Execution execution, AttemptOutcome outcome) {
        Attempt attempt = execution.attempt();
        execution.finishing();
        // Withdraw the type first, or Redis would send the report here again.
        Future<Void> ready = outcome.isHandedBack() ? freshHeartbeat().otherwiseEmpty() : DONE;
        return ready.compose(v -> store(execution, outcome))
                .recover(cause -> outcome.isDone() && isFinal(cause)
                        ? store(execution, unstorable(execution, cause))
                        : Future.failedFuture(cause))
                .transform((finished, failure) -> {
                    if (failure != null && isFinal(failure)) {
                        // The queue sends an attempt again at once that is no longer listed, and it would fail like
                        // this one.
                        vertx.setTimer(setup.queueSettings().lease().toMillis(), id -> executions.remove(attempt));
                    } else {
                        executions.remove(attempt);
                    }
                    if (failure != null) {
                        log.warn(
                                "Failed to store the outcome of report {}, attempt {}; the report is retried if Redis still has it: {}",
                                attempt.id(),
                                attempt.number(),
                                failure.getMessage());
                        return Future.failedFuture(failure);
                    }
                    if (finished.stale()) {
                        log.warn(
                                "Report {} was leased to another worker, or lost by Redis, before attempt {} ended",
                                attempt.id(),
                                attempt.number());
                    }
                    finished.next().ifPresent(this::accept);
                    return DONE;
                });
    }

    private Future<Finished> store(Execution execution, AttemptOutcome outcome) {
        return queue.finish(execution.attempt(), outcome, execution.spanToStore(outcome), !stopping);
    }

    /** Returns whether the call would fail again, unlike while Redis is unavailable or refuses writes. */
    private static boolean isFinal(Throwable cause) {
        return ErrorKind.isErrorReply(cause) && !(cause instanceof RedisUnavailableException);
    }

    /** Returns the outcome in place of a result that Redis does not store. */
    private static AttemptOutcome unstorable(Execution execution, Throwable cause) {
        String error = "the result cannot be stored in Redis: " + cause.getMessage();
        execution.span().setStatus(StatusCode.ERROR, error).setAttribute(ERROR_TYPE, ErrorKind.of(cause));
        return ErrorKind.isTooLong(cause) ? AttemptOutcome.failed(error) : AttemptOutcome.retry(error);
    }

    /**
     * Sends a heartbeat for a cancellation hint. Any client can publish a hint, so only the reply to the heartbeat
     * cancels.
     */
    private Future<Void> control(TracedMessage message) {
        if (executions.isRunning(message.body().toString())) {
            heartbeatSoon();
        }
        return Future.succeededFuture();
    }

    /**
     * Has Redis know soon which attempts wait for a thread and which have begun, as a crash of this process counts for the latter.
     * While some are listed as waiting, more of them are left to the next periodic heartbeat, which bounds the calls.
     */
    private void watchWaiting() {
        if (watching) {
            return;
        }
        watching = true;
        VertxInternals.setTimer(loop, WATCH_MILLIS, () -> {
            watching = false;
            boolean first = !listedWaiting && executions.haveWaiting();
            listedWaiting |= first;
            if (first || executions.haveBegunUnlisted()) {
                heartbeatSoon();
            }
            if (!stopping && !executions.isEmpty()) {
                watchWaiting();
            }
        });
    }

    /** Sends a heartbeat with the current state, after one that may be in flight; once if several ask for it. */
    private void heartbeatSoon() {
        if (!heartbeatAsked && !stopping) {
            heartbeatAsked = true;
            lastHeartbeat.onComplete(reply -> {
                heartbeatAsked = false;
                sendHeartbeat();
            });
        }
    }

    private Future<Void> refuse(RejectReason reason, String detail) {
        setup.rejections().count(reason, detail);
        return Future.succeededFuture();
    }

    /** Accepts a report from a reply of Redis. While stopping, it is left to be returned with the others. */
    private void accept(Buffer message) {
        if (!stopping) {
            reports.accept(message);
        }
    }

    private void reconnected(TracedSubscriber.State state) {
        if (state == TracedSubscriber.State.CONNECTED) {
            // Redis has deregistered this worker and may have lost its data.
            announced = null;
            sendHeartbeat();
        }
    }

    private void sendHeartbeat() {
        heartbeat().onSuccess(reply -> heartbeatFailed = false).onFailure(cause -> {
            // Logged once per outage; the connections log the reconnect.
            if (!heartbeatFailed) {
                log.warn("Heartbeat of worker {} failed: {}", setup.worker(), cause.getMessage());
            }
            heartbeatFailed = true;
        });
    }

    private Future<Void> heartbeat() {
        if (lastHeartbeat.isComplete()) {
            SortedMap<String, JsonObject> types = Generators.deployed(vertx);
            boolean describe = !types.equals(announced);
            long sent = System.nanoTime();
            lastHeartbeat = queue.heartbeat(
                            open() ? slots : 0,
                            setup.information(),
                            sequence.latest(),
                            types,
                            describe,
                            executions.toList())
                    .onSuccess(heartbeat -> {
                        confirmed = sent;
                        announced = heartbeat.undescribed().isEmpty() ? types : null;
                        apply(heartbeat);
                    })
                    .mapEmpty();
        }
        return lastHeartbeat;
    }

    /** Sends a heartbeat with the current state, after one that may be in flight with an older state. */
    private Future<Void> freshHeartbeat() {
        return lastHeartbeat.transform(reply -> heartbeat());
    }

    private boolean open() {
        return !stopping && subscriber.state() == TracedSubscriber.State.CONNECTED;
    }

    private void apply(Heartbeat heartbeat) {
        List<String> gone = executions.newlyLost(heartbeat.gone());
        if (!gone.isEmpty()) {
            log.error(
                    "Attempts {} of worker {}: their reports are no longer in Redis and will not run again",
                    gone,
                    setup.worker());
        }
        List<String> lost = executions.newlyLost(heartbeat.lost());
        if (!lost.isEmpty()) {
            log.warn("Worker {} lost the lease of {}; another worker retries", setup.worker(), lost);
        }
        heartbeat.lost().forEach(executions::cancel);
        heartbeat.cancelled().forEach(executions::cancel);
        executions.refuse(heartbeat.takenBack());
        // Cancel those that started after the heartbeat was sent.
        heartbeat.takenBack().forEach(executions::cancel);
        heartbeat.messages().forEach(this::accept);
        if (partition == 0) {
            heartbeat
                    .contested()
                    .forEach(type -> log.warn(
                            "Report type '{}' of worker {} differs from that of worker {}; using the description of {}",
                            type.type(),
                            setup.worker(),
                            type.worker(),
                            setup.worker()));
        }
        if (announced == null && !stopping) {
            lastHeartbeat.onComplete(reply -> sendHeartbeat());
        }
    }
}
