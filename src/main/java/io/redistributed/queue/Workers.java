package io.redistributed.queue;

import io.redistributed.redis.RedisCommands;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads what Redis knows of the workers. */
final class Workers {

    private Workers() {}

    static Future<List<WorkerState>> read(RedisCommands commands) {
        Future<Response> information =
                commands.send(Request.cmd(Command.HGETALL).arg(Lane.information()));
        return information.compose(known -> {
            List<Future<WorkerState>> workers = new ArrayList<>();
            for (String id : known.getKeys().stream().sorted().toList()) {
                workers.add(one(commands, id, new JsonObject(known.get(id).toString())));
            }
            return Future.all(workers)
                    .map(all -> workers.stream().map(Future::result).toList());
        });
    }

    private static Future<WorkerState> one(RedisCommands commands, String id, JsonObject information) {
        Future<Response> free =
                commands.send(Request.cmd(Command.ZSCORE).arg(Lane.workers()).arg(id));
        Future<Response> beat =
                commands.send(Request.cmd(Command.ZSCORE).arg(Lane.beats()).arg(id));
        Future<Response> held = commands.send(Request.cmd(Command.SMEMBERS).arg(Lane.held(id)));
        return Future.all(free, beat, held)
                .map(all -> new WorkerState(
                        id,
                        information,
                        free.result() == null ? 0 : free.result().toInteger(),
                        held.result().stream().map(Response::toString).sorted().toList(),
                        Instant.ofEpochMilli(
                                beat.result() == null ? 0 : beat.result().toLong())));
    }
}
