package io.redistributed.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The minimal implementation of a report on this stack, as a process: POST, group commit to Redis, a message with a
 * 29-byte header to the worker with the most free slots, group commit of the result. It validates, lists and traces nothing.
 *
 * <p>Arguments: the port of Redis, or {@code none} to answer each POST at once; the port to listen on.
 * {@code GET /completed} answers the number of jobs that were completed.
 */
final class BarePath {

    private static final int MAX_BATCH = 64;
    private static final int INSTANCES = 2;
    private static final byte[] HEADER = new byte[29];
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = TRACE + "-b7ad6b7169203331";

    private static final String WORKERS = "{bare}:workers";
    private static final String SLOTS = "1000000";

    /** Five arguments for each report: its id, type, message, header and trace. */
    private static final String SUBMIT = """
            local prefix, count, ids, recent = KEYS[1], #ARGV / 5, {}, {}
            local time = redis.call('TIME')
            local now = time[1] * 1000000 + time[2]
            local worker = redis.call('ZRANGE', prefix .. ':workers', '0', '0', 'REV')[1]
            for n = 1, count do
              local id, type, message, header, trace = unpack(ARGV, 5 * n - 4, 5 * n)
              ids[n], recent[2 * n - 1], recent[2 * n] = id, string.format('%d', now + n), id
              redis.call('HSET', prefix .. ':report:' .. id, 'state', 'running', 'worker', worker, 'attempt', '1',
                'created', string.format('%d', now), 'type', type, 'message', message, 'header', header, 'trace', trace)
              redis.call('PUBLISH', prefix .. ':worker:' .. worker, header .. '{"id":"' .. id .. '","attempt":1,' .. string.sub(message, 2))
            end
            redis.call('SADD', prefix .. ':leased:' .. worker, unpack(ids))
            redis.call('ZADD', prefix .. ':recent', unpack(recent))
            redis.call('ZADD', prefix .. ':workers', 'XX', 'INCR', string.format('%d', -count), worker)
            return count
            """;

    /** The worker, then five arguments for each report: its id, attempt, result, content type and span. */
    private static final String FINISH = """
            local prefix, worker, ids, ended = KEYS[1], ARGV[1], {}, {}
            local now = redis.call('TIME')[1]
            for n = 2, #ARGV, 5 do
              local id, attempt, result, type, span = unpack(ARGV, n, n + 4)
              local key = prefix .. ':report:' .. id
              local stored = redis.call('HMGET', key, 'state', 'worker', 'attempt')
              if stored[1] == 'running' and stored[2] == worker and stored[3] == attempt then
                ids[#ids + 1], ended[#ended + 1] = id, now .. ' ' .. id
                redis.call('HSET', key, 'state', 'done', 'ended', now, 'contentType', type, 'result', result, 'previous', span)
                redis.call('PUBLISH', prefix .. ':ended:' .. id, 'done')
              end
            end
            redis.call('SREM', prefix .. ':leased:' .. worker, unpack(ids))
            redis.call('RPUSH', prefix .. ':ended', unpack(ended))
            redis.call('ZADD', prefix .. ':workers', 'XX', 'INCR', string.format('%d', #ids), worker)
            return #ids
            """;

    private static final AtomicLong completed = new AtomicLong();

    private BarePath() {}

    public static void main(String[] args) {
        String redis = args[0].equals("none") ? null : "redis://127.0.0.1:" + args[0];
        int port = Integer.parseInt(args[1]);
        Vertx vertx = Vertx.vertx();
        for (int i = 0; i < INSTANCES; i++) {
            if (redis != null) {
                vertx.deployVerticle(new Worker(redis, i)).await();
            }
            vertx.deployVerticle(new Api(redis, port)).await();
        }
        System.out.println("ready");
    }

    /** Sends the collected entries as one script call, with at most one call at a time. */
    private static final class GroupCommit {

        private record Entry(List<Object> args, Promise<Void> done) {}

        private final Deque<Entry> pending = new ArrayDeque<>();
        private final Vertx vertx;
        private final RedisConnection connection;
        private final String script;
        private final List<String> head;
        private boolean busy;

        private GroupCommit(Vertx vertx, RedisConnection connection, String script, List<String> head) {
            this.vertx = vertx;
            this.connection = connection;
            this.script = script;
            this.head = head;
        }

        /** @param head arguments of each call before those of its entries */
        static Future<GroupCommit> of(Vertx vertx, RedisConnection connection, String script, String... head) {
            return connection
                    .send(Request.cmd(Command.SCRIPT).arg("LOAD").arg(script))
                    .map(sha -> new GroupCommit(vertx, connection, sha.toString(), List.of(head)));
        }

        Future<Void> add(Object... args) {
            Promise<Void> done = Promise.promise();
            pending.add(new Entry(List.of(args), done));
            if (!busy) {
                busy = true;
                vertx.runOnContext(v -> send());
            }
            return done.future();
        }

        private void send() {
            List<Entry> batch = new ArrayList<>(MAX_BATCH);
            Request call = Request.cmd(Command.EVALSHA).arg(script).arg(1).arg("{bare}");
            head.forEach(call::arg);
            while (batch.size() < MAX_BATCH && !pending.isEmpty()) {
                Entry entry = pending.poll();
                batch.add(entry);
                for (Object arg : entry.args()) {
                    if (arg instanceof Buffer bytes) {
                        call.arg(bytes);
                    } else {
                        call.arg((String) arg);
                    }
                }
            }
            connection.send(call).onComplete(reply -> {
                for (Entry entry : batch) {
                    entry.done().handle(reply.mapEmpty());
                }
                busy = !pending.isEmpty();
                if (busy) {
                    send();
                }
            });
        }
    }

    private static final class Api extends VerticleBase {

        private final String redis;
        private final int port;
        private GroupCommit submits;

        Api(String redis, int port) {
            this.redis = redis;
            this.port = port;
        }

        @Override
        public Future<?> start() {
            Future<?> connected = redis == null
                    ? Future.succeededFuture()
                    : Redis.createClient(vertx, redis)
                            .connect()
                            .compose(connection -> GroupCommit.of(vertx, connection, SUBMIT))
                            .onSuccess(commit -> submits = commit);
            return connected.compose(
                    v -> vertx.createHttpServer().requestHandler(this::take).listen(port, "127.0.0.1"));
        }

        private void take(HttpServerRequest request) {
            if (request.path().equals("/completed")) {
                request.response().end(String.valueOf(completed.get()));
                return;
            }
            request.body().onSuccess(body -> {
                JsonObject asked = new JsonObject(body);
                String id = UUID.randomUUID().toString();
                Future<Void> stored;
                if (submits == null) {
                    completed.incrementAndGet();
                    stored = Future.succeededFuture();
                } else {
                    String type = asked.getString("type");
                    JsonObject message =
                            new JsonObject().put("type", type).put("parameters", asked.getJsonObject("parameters"));
                    stored = submits.add(id, type, message.toBuffer(), Buffer.buffer(HEADER), TRACE);
                }
                stored.onComplete(reply -> request.response()
                        .setStatusCode(reply.succeeded() ? 202 : 503)
                        .putHeader("content-type", "application/json")
                        .end(new JsonObject().put("id", id).toBuffer()));
            });
        }
    }

    private static final class Worker extends VerticleBase {

        private final String redis;
        private final String name;
        private GroupCommit finishes;

        Worker(String redis, int number) {
            this.redis = redis;
            this.name = "worker-" + number;
        }

        @Override
        public Future<?> start() {
            return Redis.createClient(vertx, redis)
                    .connect()
                    .compose(connection -> connection
                            .send(Request.cmd(Command.ZADD)
                                    .arg(WORKERS)
                                    .arg(SLOTS)
                                    .arg(name))
                            .compose(added -> GroupCommit.of(vertx, connection, FINISH, name)))
                    .onSuccess(commit -> finishes = commit)
                    .compose(commit -> Redis.createClient(vertx, redis).connect())
                    .compose(connection -> {
                        connection.handler(this::take);
                        return connection.send(Request.cmd(Command.SUBSCRIBE).arg("{bare}:worker:" + name));
                    });
        }

        private void take(Response push) {
            if (push != null && push.size() == 3 && push.get(0).toString().equals("message")) {
                Buffer message = push.get(2).toBuffer();
                String id = new JsonObject(message.slice(HEADER.length, message.length())).getString("id");
                finishes.add(id, "1", "{}", "application/json", SPAN).onSuccess(stored -> completed.incrementAndGet());
            }
        }
    }
}
