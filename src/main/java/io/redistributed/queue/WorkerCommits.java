package io.redistributed.queue;

import io.opentelemetry.context.Context;
import io.redistributed.redis.RedisCommands;
import io.redistributed.redis.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Sends the outcomes and input reads of all workers on one connection, with one call of each kind at a time. */
final class WorkerCommits {

    private final Partition partition;
    private final RedisCommands commands;
    private final QueueScripts scripts;
    private final GroupCommit<EndedAttempt, Finished> finishes;
    private final GroupCommit<Attempt, Optional<Buffer>> inputs;

    WorkerCommits(
            Vertx vertx,
            Partition partition,
            RedisSettings redis,
            QueueSettings settings,
            RedisCommands commands,
            QueueScripts scripts) {
        this.partition = partition;
        this.commands = commands;
        this.scripts = scripts;
        this.finishes = new GroupCommit<>(vertx, CallTurns.of(vertx, redis), settings.patience(), true, this::finish);
        this.inputs = new GroupCommit<>(vertx, new CallTurns(vertx), settings.patience(), false, this::read);
    }

    Future<Finished> finish(EndedAttempt attempt) {
        return finishes.add(attempt, attempt.bytes());
    }

    /** Returns the input; empty if Redis has none for the report. */
    Future<Optional<Buffer>> input(Attempt attempt) {
        return inputs.add(attempt, attempt.inputBytes());
    }

    void close() {
        finishes.close();
        inputs.close();
    }

    private Future<List<Finished>> finish(List<EndedAttempt> attempts, List<Context> callers) {
        Map<String, Integer> places = new LinkedHashMap<>();
        Map<String, MessagePack> workers = new LinkedHashMap<>();
        Map<String, Integer> more = new HashMap<>();
        List<Object> args = new ArrayList<>(1 + 2 * attempts.size());
        args.add(null);
        for (EndedAttempt attempt : attempts) {
            workers.computeIfAbsent(attempt.worker(), worker -> {
                places.put(worker, places.size() + 1);
                return new MessagePack().put("worker", worker).put("types", attempt.typeSet());
            });
            more.merge(attempt.worker(), attempt.more() ? 1 : 0, Integer::sum);
            args.add(attempt.block(places.get(attempt.worker())).toBytes());
            args.add(attempt.outcome().result());
        }
        workers.forEach((worker, block) -> block.put("more", more.get(worker)));
        args.set(0, MessagePack.list(List.copyOf(workers.values())));
        return scripts.runShared(QueueScripts.FINISH, args, callers, reply -> finished(attempts, places, reply));
    }

    /** Assigns the new attempts for a worker to the ended attempts that freed its slots. */
    private static List<Finished> finished(List<EndedAttempt> attempts, Map<String, Integer> places, Response reply) {
        Map<String, Iterator<Response>> messages = new LinkedHashMap<>();
        places.forEach((worker, place) ->
                messages.put(worker, reply.get(1).get(place - 1).iterator()));
        List<Finished> finished = new ArrayList<>(attempts.size());
        for (int i = 0; i < attempts.size(); i++) {
            Iterator<Response> next = messages.get(attempts.get(i).worker());
            boolean takes = attempts.get(i).more() && next.hasNext();
            finished.add(new Finished(
                    "stale".equals(reply.get(0).get(i).toString()),
                    takes ? Optional.of(next.next().toBuffer()) : Optional.empty()));
        }
        return finished;
    }

    private Future<List<Optional<Buffer>>> read(List<Attempt> attempts, List<Context> callers) {
        Request request = Request.cmd(attempts.size() == 1 ? Command.GET : Command.MGET);
        attempts.forEach(attempt -> request.arg(partition.input(attempt.id())));
        return commands.sendShared(request, callers)
                .compose(reply -> commands.decode(reply, inputs -> inputs(attempts.size(), inputs)));
    }

    private static List<Optional<Buffer>> inputs(int number, Response reply) {
        return number == 1
                ? List.of(input(reply))
                : IntStream.range(0, number).mapToObj(i -> input(reply.get(i))).toList();
    }

    private static Optional<Buffer> input(Response reply) {
        return Optional.ofNullable(reply).map(Response::toBuffer);
    }
}
