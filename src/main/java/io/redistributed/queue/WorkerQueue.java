package io.redistributed.queue;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;

/**
 * Sends the heartbeats and outcomes of one worker to one partition, and reads inputs. Used on the event loop of its
 * {@link WorkerConnection}.
 */
public final class WorkerQueue {

    /** Bounds the end of a process whose leases are longer. */
    private static final int LEAVE_SECONDS = 10;

    private final Partition partition;
    private final String worker;
    private final QueueSettings settings;
    private final WorkerCommits commits;
    private final QueueScripts scripts;
    /** Type set of the latest heartbeat. */
    private String typeSet = "";

    /** @param worker id of the worker, unique in the cluster and for this run; the same in all partitions */
    WorkerQueue(
            Partition partition, String worker, QueueSettings settings, WorkerCommits commits, QueueScripts scripts) {
        this.partition = partition;
        this.worker = worker;
        this.settings = settings;
        this.commits = commits;
        this.scripts = scripts;
    }

    /** Returns the channel of this worker's reports. Subscribe before the first heartbeat. */
    public String channel() {
        return partition.workerChannel(worker);
    }

    /**
     * Returns the channel that announces cancelled attempts to this worker, by {@link Attempt#key}. The message is a
     * hint, which may be lost; the reply to a heartbeat is authoritative.
     */
    public String controlChannel() {
        return partition.controlChannel(worker);
    }

    /** {@return whether a channel is a {@link #controlChannel}} */
    public static boolean isControlChannel(String channel) {
        return Partition.isControlChannel(channel);
    }

    /**
     * Sends a heartbeat with the worker's types and running attempts. It extends the leases and updates the free slots.
     * From then on the worker receives reports of these types only.
     *
     * @param slots number of concurrent attempts; 0 to receive no more
     * @param information information about the worker for operators
     * @param sequence number of the latest message received; initially random, and Redis continues from it
     * @param types report types of the worker, with their descriptions
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
        MessagePack block = new MessagePack()
                .put("worker", worker)
                .put("slots", slots)
                .put("info", information.encode())
                .put("sequence", sequence)
                .put("types", typeSet)
                .put("attempts", running.stream().map(WorkerQueue::block).toList());
        if (describe) {
            MessagePack descriptions = new MessagePack();
            types.forEach((type, description) -> descriptions.put(type, description.encode()));
            block.put("descriptions", descriptions);
        }
        return scripts.run(QueueScripts.HEARTBEAT, List.of(block.toBytes()), WorkerQueue::heartbeat);
    }

    private static Heartbeat heartbeat(Response reply) {
        return new Heartbeat(
                strings(reply.get(0)),
                strings(reply.get(1)),
                reply.get(2).stream().map(Response::toBuffer).toList(),
                strings(reply.get(3)),
                strings(reply.get(4)),
                reply.get(5).stream()
                        .map(type -> new Heartbeat.Contested(
                                type.get(0).toString(), type.get(1).toString()))
                        .toList(),
                strings(reply.get(6)));
    }

    /**
     * Writes the outcome of an attempt, unless the worker has lost the report. Retries for six leases while Redis is
     * unavailable, then fails, as the lease has expired.
     *
     * @param span the attempt's CONSUMER span; invalid if the report is done in the trace of its request
     * @param more whether the worker takes another report
     */
    public Future<Finished> finish(Attempt attempt, AttemptOutcome outcome, SpanContext span, boolean more) {
        return commits.finish(new EndedAttempt(worker, typeSet, attempt, outcome, span, more));
    }

    /**
     * Reads the input of an attempt that is leased to this worker; empty if it is no longer stored. Retries for six
     * leases while Redis is unavailable or does not know the attempt.
     */
    public Future<Buffer> input(Attempt attempt) {
        return commits.input(attempt)
                .compose(input -> input.map(Future::succeededFuture).orElseGet(() -> missingInput(attempt)));
    }

    /**
     * Reads one chunk of a long input like {@link #input}; empty if it is no longer stored. Starts no span, as a long input
     * has hundreds of chunks.
     *
     * @param chunk from 0 to below {@link Attempt#chunks}
     */
    public Future<Buffer> chunk(Attempt attempt, int chunk) {
        try (Scope untraced = Context.root().makeCurrent()) {
            return leased(List.of(attempt.id(), attempt.number(), worker, chunk));
        }
    }

    /** The attempt may have come from a new master while this connection still uses the old one. */
    private Future<Buffer> missingInput(Attempt attempt) {
        return leased(List.of(attempt.id(), attempt.number(), worker));
    }

    private Future<Buffer> leased(List<Object> args) {
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

    /**
     * Hands back the worker's reports and deregisters it. Retries for a lease while Redis is unavailable, at most {@value
     * #LEAVE_SECONDS} s.
     */
    public Future<Void> leave() {
        Duration bound = Duration.ofSeconds(LEAVE_SECONDS);
        Duration within = settings.lease().compareTo(bound) < 0 ? settings.lease() : bound;
        return scripts.runUntilAnswered(QueueScripts.LEAVE, List.of(worker), within)
                .mapEmpty();
    }

    private static List<String> strings(Response reply) {
        return reply.stream().map(Response::toString).toList();
    }
}
