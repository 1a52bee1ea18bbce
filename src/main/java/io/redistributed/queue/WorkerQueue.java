package io.redistributed.queue;

import io.opentelemetry.api.trace.SpanContext;
import io.redistributed.redis.RedisCommands;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The working side of one lane of the report queue, for one worker: beats, outcomes, inputs. To be used on the event loop
 * of its {@link WorkerConnection}.
 */
public final class WorkerQueue {

    private final Lane lane;
    private final String worker;
    private final QueueSettings settings;
    private final RedisCommands commands;
    private final QueueScripts scripts;
    /** As the latest beat told it. */
    private String typeSet = "";

    /** @param worker the worker's id, its own in the whole cluster and for this one run; the same in all lanes */
    WorkerQueue(Lane lane, String worker, QueueSettings settings, RedisCommands commands, QueueScripts scripts) {
        this.lane = lane;
        this.worker = worker;
        this.settings = settings;
        this.commands = commands;
        this.scripts = scripts;
    }

    /** Where this worker's reports are published; to be subscribed to before the first beat. */
    public String channel() {
        return lane.workerChannel(worker);
    }

    /**
     * Where this worker is told, by its {@link Attempt#key}, that an attempt in its hands was cancelled. No more than a
     * hint: what counts, and comes also if the hint is lost, is the answer to a beat.
     */
    public String controlChannel() {
        return lane.controlChannel(worker);
    }

    /**
     * Tells that the worker lives, which types it has and what it holds: that renews its leases, and states its free slots.
     * From then on it is given reports of these types only.
     *
     * @param slots how many attempts the worker takes at once; 0 to be given no more
     * @param information about the worker, for people
     * @param sequence of the latest message it has seen; at first a random number, from which Redis counts on
     * @param types the report types that the worker has, with their descriptions
     * @param describe whether to send the descriptions: with the first beat, when they have changed, and when Redis has none
     */
    public Future<Beat> beat(
            int slots,
            JsonObject information,
            long sequence,
            SortedMap<String, JsonObject> types,
            boolean describe,
            List<InHand> inHand) {
        typeSet = String.join(",", types.keySet());
        List<Object> args = new ArrayList<>(6 + 2 * types.size() + 4 * inHand.size());
        args.add(worker);
        args.add(slots);
        args.add(information.encode());
        args.add(sequence);
        args.add(typeSet);
        args.add(describe ? types.size() : 0);
        if (describe) {
            types.forEach((type, description) -> {
                args.add(type);
                args.add(description.encode());
            });
        }
        for (InHand attempt : inHand) {
            args.add(attempt.id());
            args.add(attempt.attempt());
            args.add(attempt.progressText());
            args.add(Attempt.text(attempt.span()));
        }
        return scripts.run(QueueScripts.BEAT, args)
                .map(reply -> new Beat(
                        strings(reply.get(0)),
                        strings(reply.get(1)),
                        reply.get(2).stream().map(Response::toBuffer).toList(),
                        strings(reply.get(3)),
                        strings(reply.get(4)),
                        reply.get(5).stream()
                                .map(type -> new Beat.Contested(
                                        type.get(0).toString(), type.get(1).toString()))
                                .toList()));
    }

    /**
     * Writes the outcome of an attempt, unless the report is no longer this worker's. Goes on for six leases
     * while Redis is away or refuses it, then fails: somebody else has the report by then.
     *
     * @param span the attempt's CONSUMER span
     * @param more whether the worker takes another report
     */
    public Future<Finished> finish(Attempt attempt, Outcome outcome, SpanContext span, boolean more) {
        List<Object> args = List.of(
                attempt.id(),
                attempt.number(),
                worker,
                outcome.kind(),
                outcome.result(),
                outcome.contentType(),
                outcome.error(),
                Attempt.text(span),
                more ? 1 : 0,
                typeSet);
        return scripts.runUntilExecuted(QueueScripts.FINISH, args, patience()).map(reply -> {
            Response next = reply.get(1);
            return new Finished(
                    "stale".equals(reply.get(0).toString()),
                    Optional.ofNullable(next).map(Response::toBuffer));
        });
    }

    /**
     * The input of an attempt in this worker's hands; empty if it is no longer stored. Goes on for six leases while Redis is
     * away, or does not know of the attempt, which is no fault of the report's.
     */
    public Future<Buffer> input(Attempt attempt) {
        return commands.read(Request.cmd(Command.GET).arg(lane.input(attempt.id())), patience())
                .compose(reply -> reply == null ? missingInput(attempt) : Future.succeededFuture(reply.toBuffer()));
    }

    /** The attempt may have come from a new master while this connection still is to the one before. */
    private Future<Buffer> missingInput(Attempt attempt) {
        List<Object> args = List.of(attempt.id(), attempt.number(), worker);
        return scripts.runUntilAnswered(QueueScripts.INPUT, args, patience())
                .map(reply -> reply == null ? Buffer.buffer() : reply.toBuffer());
    }

    /** Hands back what the worker holds, and takes it off the list of workers. */
    public Future<Void> leave() {
        return scripts.run(QueueScripts.LEAVE, List.of(worker)).mapEmpty();
    }

    /** By then somebody else has what this worker had. */
    private Duration patience() {
        return settings.lease().multipliedBy(6);
    }

    private static List<String> strings(Response reply) {
        return reply.stream().map(Response::toString).toList();
    }
}
