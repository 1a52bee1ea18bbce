package io.redistributed.worker;

import io.netty.channel.EventLoop;
import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.queue.QueueSettings;
import io.redistributed.queue.WorkerConnection;
import io.redistributed.redis.RedisSettings;
import io.redistributed.vertx.internal.NodeContext;
import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;

/**
 * Shares connections among the workers of one event loop, which saves system calls: concurrent commands go out in one
 * write. A connection closes with its last worker. Safe to use from any thread.
 */
final class WorkerConnections {

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

    /** A worker's reference to a connection. {@linkplain #release Release} it once. */
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
        return NodeContext.of(vertx).get(WorkerConnections.class, WorkerConnections::new);
    }

    /** Returns the connection of the current context's event loop, on that context. */
    Future<Use> use(Vertx vertx, WorkerSetup setup, int partition) {
        Context caller = vertx.getOrCreateContext();
        Key key = new Key(
                VertxInternals.loop(caller), partition, setup.redis(), setup.queueSettings(), setup.openTelemetry());
        Promise<Use> use = VertxInternals.promise(caller);
        join(vertx, key, caller)
                .map(connection -> new Use(key, connection))
                .recover(cause -> leave(key).transform(left -> Future.failedFuture(cause)))
                .onComplete(use);
        return use.future();
    }

    private synchronized Future<WorkerConnection> join(Vertx vertx, Key key, Context caller) {
        Shared shared = connections.computeIfAbsent(key, absent -> new Shared(connect(vertx, absent, caller)));
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
     * Connects on a separate context. A connection made on a worker's context closes with that worker. One made without
     * a context closes before the workers have returned their leased reports.
     */
    private static Future<WorkerConnection> connect(Vertx vertx, Key key, Context caller) {
        return VertxInternals.succeeded(VertxInternals.eventLoopOf(caller))
                .compose(v -> WorkerConnection.connect(
                        vertx, key.redis, key.queueSettings, key.openTelemetry, key.partition));
    }
}
