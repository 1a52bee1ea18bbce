package io.redistributed.worker;

import io.netty.channel.EventLoop;
import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.queue.QueueSettings;
import io.redistributed.queue.WorkerConnection;
import io.redistributed.redis.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.internal.CloseFuture;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.util.HashMap;
import java.util.Map;

/**
 * Workers on one event loop share their connections, as what goes over one socket at the same time costs one system call:
 * a report took 290 µs of CPU with 256 workers of two connections each, and takes 208 like this. A connection ends with the
 * last worker that has it. May be used from any thread.
 */
final class WorkerConnections implements Shareable {

    private static final String MAP = "io.redistributed.worker";

    private final Map<Key, Shared> connections = new HashMap<>();

    private record Key(
            EventLoop loop,
            int partition,
            RedisSettings redis,
            QueueSettings queueSettings,
            OpenTelemetry openTelemetry) {}

    private static final class Shared {
        final Future<WorkerConnection> connection;
        int workers;

        Shared(Future<WorkerConnection> connection) {
            this.connection = connection;
        }
    }

    /** One worker's part in a connection: to be {@linkplain #release released} once. */
    final class Use {
        private final Key key;
        private final WorkerConnection connection;

        private Use(Key key, WorkerConnection connection) {
            this.key = key;
            this.connection = connection;
        }

        WorkerConnection connection() {
            return connection;
        }

        Future<Void> release() {
            return leave(key);
        }
    }

    static WorkerConnections of(Vertx vertx) {
        LocalMap<String, WorkerConnections> map = vertx.sharedData().getLocalMap(MAP);
        return map.computeIfAbsent(MAP, name -> new WorkerConnections());
    }

    /** For the event loop of the current context; completes on that. */
    Future<Use> use(Vertx vertx, WorkerSetup setup, int partition) {
        ContextInternal caller = (ContextInternal) vertx.getOrCreateContext();
        Key key = new Key(
                caller.nettyEventLoop(), partition, setup.redis(), setup.queueSettings(), setup.openTelemetry());
        Promise<Use> use = caller.promise();
        join(vertx, key)
                .map(connection -> new Use(key, connection))
                .recover(cause -> leave(key).transform(left -> Future.failedFuture(cause)))
                .onComplete(use);
        return use.future();
    }

    private synchronized Future<WorkerConnection> join(Vertx vertx, Key key) {
        Shared shared = connections.computeIfAbsent(key, absent -> new Shared(connect(vertx, absent)));
        shared.workers++;
        return shared.connection;
    }

    private synchronized Future<Void> leave(Key key) {
        Shared shared = connections.get(key);
        shared.workers--;
        if (shared.workers > 0) {
            return Future.succeededFuture();
        }
        connections.remove(key);
        return shared.connection.succeeded() ? shared.connection.result().close() : Future.succeededFuture();
    }

    /**
     * On a context of its own: what is made on a worker's ends with that worker, and what is made on none when Vert.x begins
     * to close, before the workers have handed back what they hold.
     */
    private static Future<WorkerConnection> connect(Vertx vertx, Key key) {
        ContextInternal own = ((VertxInternal) vertx)
                .contextBuilder()
                .withThreadingModel(ThreadingModel.EVENT_LOOP)
                .withEventLoop(key.loop)
                .withCloseFuture(new CloseFuture())
                .build();
        return own.<Void>succeededFuture()
                .compose(v -> WorkerConnection.connect(
                        vertx, key.redis, key.queueSettings, key.openTelemetry, key.partition));
    }
}
