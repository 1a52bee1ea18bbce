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
 * 29-byte header, a worker, group commit of the result. It validates, lists, traces and keeps nothing else.
 *
 * <p>Arguments: the port of Redis, or {@code none} to answer each POST at once; the port to listen on.
 * {@code GET /completed} answers the number of jobs that were completed.
 */
final class BarePath {

    private static final int MAX_BATCH = 64;
    private static final int INSTANCES = 2;
    private static final String WORKER = "{bare}:worker";
    private static final byte[] HEADER = new byte[29];

    private static final String SUBMIT = """
            local ids, recent = {}, {}
            local micros = redis.call('TIME')
            local now = micros[1] * 1000000 + micros[2]
            for i = 1, #ARGV, 3 do
              local n = #ids + 1
              ids[n], recent[2 * n - 1], recent[2 * n] = ARGV[i], string.format('%d', now + n), ARGV[i]
              redis.call('HSET', KEYS[1] .. ':report:' .. ARGV[i], 'state', 'running', 'worker', ARGV[i + 1], 'attempt', '1',
                'created', now, 'message', ARGV[i + 2])
              redis.call('PUBLISH', KEYS[1] .. ':worker:' .. ARGV[i + 1], ARGV[i + 2])
            end
            redis.call('SADD', KEYS[1] .. ':leased', unpack(ids))
            redis.call('ZADD', KEYS[1] .. ':recent', unpack(recent))
            return #ids
            """;

    private static final String FINISH = """
            local ids = {}
            for i = 1, #ARGV, 2 do
              local key = KEYS[1] .. ':report:' .. ARGV[i]
              local stored = redis.call('HMGET', key, 'state', 'attempt')
              if stored[1] == 'running' then
                ids[#ids + 1] = ARGV[i]
                redis.call('HSET', key, 'state', 'done', 'result', ARGV[i + 1])
                redis.call('PUBLISH', KEYS[1] .. ':ended:' .. ARGV[i], 'done')
              end
            end
            redis.call('SREM', KEYS[1] .. ':leased', unpack(ids))
            redis.call('RPUSH', KEYS[1] .. ':ended', unpack(ids))
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
            vertx.deployVerticle(new Api(redis, port, i)).await();
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
        private boolean busy;

        private GroupCommit(Vertx vertx, RedisConnection connection, String script) {
            this.vertx = vertx;
            this.connection = connection;
            this.script = script;
        }

        static Future<GroupCommit> of(Vertx vertx, RedisConnection connection, String script) {
            return connection
                    .send(Request.cmd(Command.SCRIPT).arg("LOAD").arg(script))
                    .map(sha -> new GroupCommit(vertx, connection, sha.toString()));
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
        private final String worker;
        private GroupCommit submits;

        Api(String redis, int port, int number) {
            this.redis = redis;
            this.port = port;
            this.worker = String.valueOf(number);
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
                    JsonObject message = new JsonObject().put("id", id).mergeIn(asked);
                    stored = submits.add(id, worker, Buffer.buffer(HEADER).appendBuffer(message.toBuffer()));
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
        private final String channel;
        private GroupCommit finishes;

        Worker(String redis, int number) {
            this.redis = redis;
            this.channel = WORKER + ":" + number;
        }

        @Override
        public Future<?> start() {
            return Redis.createClient(vertx, redis)
                    .connect()
                    .compose(connection -> GroupCommit.of(vertx, connection, FINISH))
                    .onSuccess(commit -> finishes = commit)
                    .compose(commit -> Redis.createClient(vertx, redis).connect())
                    .compose(connection -> {
                        connection.handler(this::take);
                        return connection.send(Request.cmd(Command.SUBSCRIBE).arg(channel));
                    });
        }

        private void take(Response push) {
            if (push != null && push.size() == 3 && push.get(0).toString().equals("message")) {
                Buffer message = push.get(2).toBuffer();
                String id = new JsonObject(message.slice(HEADER.length, message.length())).getString("id");
                finishes.add(id, "{}").onSuccess(stored -> completed.incrementAndGet());
            }
        }
    }
}
