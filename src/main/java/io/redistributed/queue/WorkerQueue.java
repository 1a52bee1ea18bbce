package io.redistributed.queue;

import io.opentelemetry.api.trace.SpanContext;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.SortedMap;

/**
 * The working side of one partition of the report queue, for one worker: heartbeats, outcomes, inputs. To be used on the event loop
 * of its {@link WorkerConnection}.
 */
public final class WorkerQueue {

    private final Partition partition;
    private final String worker;
    private final QueueSettings settings;
    private final WorkerCommits commits;
    private final QueueScripts scripts;
    /** As the latest heartbeat told it. */
    private String typeSet = "";

    /** @param worker the worker's id, its own in the whole cluster and for this one run; the same in all partitions */
    WorkerQueue(
            Partition partition, String worker, QueueSettings settings, WorkerCommits commits, QueueScripts scripts) {
        this.partition = partition;
        this.worker = worker;
        this.settings = settings;
        this.commits = commits;
        this.scripts = scripts;
    }

    /** Where this worker's reports are published; to be subscribed to before the first heartbeat. */
    public String channel() {
        return partition.workerChannel(worker);
    }

    /**
     * Returns the channel that announces cancelled attempts to this worker, by {@link Attempt#key}. It is only a hint:
     * the reply to a heartbeat is authoritative, also if the hint is lost.
     */
    public String controlChannel() {
        return partition.controlChannel(worker);
    }

    /** {@return whether a worker's channel is one of {@link #controlChannel}, not of {@link #channel}} */
    public static boolean isControlChannel(String channel) {
        return Partition.isControlChannel(channel);
    }

    /**
     * Tells that the worker lives, which types it has and what it runs: that keeps its leases, and states its free slots.
     * From then on it is given reports of these types only.
     *
     * @param slots how many attempts the worker takes at once; 0 to be given no more
     * @param information about the worker, for people
     * @param sequence of the latest message it has seen; at first a random number, from which Redis counts on
     * @param types the report types that the worker has, with their descriptions
     * @param describe whether to send the descriptions: with the first heartbeat, when they have changed, and when Redis has none
     */
    public Future<Heartbeat> heartbeat(
            int slots,
            JsonObject information,
            long sequence,
            SortedMap<String, JsonObject> types,
            boolean describe,
            List<RunningAttempt> running) {
        typeSet = String.join(",", types.keySet());
        MessagePack told = new MessagePack()
                .put("worker", worker)
                .put("slots", slots)
                .put("info", information.encode())
                .put("sequence", sequence)
                .put("types", typeSet)
                .put("attempts", running.stream().map(WorkerQueue::block).toList());
        if (describe) {
            MessagePack descriptions = new MessagePack();
            types.forEach((type, description) -> descriptions.put(type, description.encode()));
            told.put("descriptions", descriptions);
        }
        return scripts.run(QueueScripts.HEARTBEAT, List.of(told.toBuffer()))
                .map(reply -> new Heartbeat(
                        strings(reply.get(0)),
                        strings(reply.get(1)),
                        reply.get(2).stream().map(Response::toBuffer).toList(),
                        strings(reply.get(3)),
                        strings(reply.get(4)),
                        reply.get(5).stream()
                                .map(type -> new Heartbeat.Contested(
                                        type.get(0).toString(), type.get(1).toString()))
                                .toList()));
    }

    /**
     * Writes the outcome of an attempt, unless the report is no longer this worker's. Goes on for six leases
     * while Redis is away, then fails: somebody else has the report by then.
     *
     * @param span the attempt's CONSUMER span
     * @param more whether the worker takes another report
     */
    public Future<Finished> finish(Attempt attempt, AttemptOutcome outcome, SpanContext span, boolean more) {
        return commits.finish(new EndedAttempt(worker, typeSet, attempt, outcome, span, more));
    }

    /**
     * The input of an attempt that is leased to this worker; empty if it is no longer stored. Goes on for six leases while
     * Redis is away, or does not know of the attempt, which is no fault of the report's.
     */
    public Future<Buffer> input(Attempt attempt) {
        return commits.input(attempt)
                .compose(input -> input.map(Future::succeededFuture).orElseGet(() -> missingInput(attempt)));
    }

    /** The attempt may have come from a new master while this connection still is to the one before. */
    private Future<Buffer> missingInput(Attempt attempt) {
        List<Object> args = List.of(attempt.id(), attempt.number(), worker);
        return scripts.runUntilAnswered(QueueScripts.INPUT, args, settings.patience())
                .map(reply -> reply == null ? Buffer.buffer() : reply.toBuffer());
    }

    private static MessagePack block(RunningAttempt attempt) {
        return new MessagePack()
                .put("id", attempt.id())
                .put("attempt", String.valueOf(attempt.attempt()))
                .put("progress", attempt.progressText())
                .put("span", Attempt.text(attempt.span()));
    }

    /** Hands back what the worker holds, and takes it off the list of workers. */
    public Future<Void> leave() {
        return scripts.run(QueueScripts.LEAVE, List.of(worker)).mapEmpty();
    }

    private static List<String> strings(Response reply) {
        return reply.stream().map(Response::toString).toList();
    }
}
