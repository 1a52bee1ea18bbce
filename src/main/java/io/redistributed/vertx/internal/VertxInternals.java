package io.redistributed.vertx.internal;

import io.vertx.core.Closeable;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.CloseFuture;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.redis.client.impl.RedisURI;
import io.vertx.redis.client.impl.ZModem;
import io.vertx.tracing.opentelemetry.VertxContextStorageProvider.VertxContextStorage;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the public API of Vert.x cannot do. Safe to use from any thread. */
public final class VertxInternals {

    private VertxInternals() {}

    /**
     * The context of the caller, or a new one, without what belongs to the request that is being handled. The public API
     * gives the duplicate of a context, whose trace would stick to all that is made on it.
     *
     * @param vertx on one of whose contexts the caller may be
     * @return a context that is no duplicate
     */
    public static Context current(Vertx vertx) {
        return ((ContextInternal) vertx.getOrCreateContext()).unwrap();
    }

    /**
     * A context on the event loop behind another one, for connections. A worker verticle's context has a loop that the public
     * API does not give. And what is made on a verticle's own context ends with that at once: a connection would seem
     * lost before its owner knows that it is to close, and could not finish what it took.
     *
     * @param context of any threading model
     * @return a new context, which nobody closes
     */
    public static Context eventLoopOf(Context context) {
        return ((ContextInternal) context)
                .toBuilder()
                        .withThreadingModel(ThreadingModel.EVENT_LOOP)
                        .withCloseFuture(new CloseFuture())
                        .build();
    }

    /**
     * A context like another one whose tasks need not wait for those of that one. All blocking work of one context runs in
     * its order, one at a time; handlers that are to run at once need several.
     *
     * @param context of a worker
     * @return a new context with the same pool, class loader and end
     */
    public static Context sibling(Context context) {
        return ((ContextInternal) context)
                .toBuilder().withThreadingModel(context.threadingModel()).build();
    }

    /**
     * A context for one message, on the same thread as the original, with local data of its own, such as the trace. The
     * public API makes duplicates for HTTP requests and the like alone.
     *
     * @param context which thread
     * @return a new duplicate
     */
    public static Context duplicate(Context context) {
        return ((ContextInternal) context).duplicate();
    }

    /**
     * Runs a task on a context, at once if the caller is on its thread. {@code runOnContext} always waits for another turn
     * of the event loop, which costs each message a wake-up, and may swap what was in order.
     *
     * @param context where to
     * @param task what it throws goes to the context's exception handler
     */
    public static void run(Context context, Runnable task) {
        ((ContextInternal) context).emit(v -> task.run());
    }

    /**
     * Makes a promise whose future completes on a context. The public API makes promises that complete on whatever thread
     * completes them.
     *
     * @param <T> of the result
     * @param context where to
     * @return a promise to complete on any thread
     */
    public static <T> Promise<T> promise(Context context) {
        return ((ContextInternal) context).promise();
    }

    /**
     * A future to compose others on, which then complete on a context, also if they time out. The public API makes futures
     * without one, whose timeouts run on a thread outside Vert.x.
     *
     * @param context where to
     * @return one that has succeeded
     */
    public static Future<Void> succeeded(Context context) {
        return ((ContextInternal) context).succeededFuture();
    }

    /**
     * As {@link #promise(Context)}, on the caller's context.
     *
     * @param <T> of the result
     * @param vertx on one of whose contexts the caller may be
     * @return a promise to complete on any thread
     */
    public static <T> Promise<T> promise(Vertx vertx) {
        return ((VertxInternal) vertx).promise();
    }

    /**
     * Runs a task on a context after a while. The public timers run on the caller's context.
     *
     * @param context where to
     * @param millis at least 1
     * @param task what to run
     * @return for {@link Vertx#cancelTimer}
     */
    public static long setTimer(Context context, long millis, Runnable task) {
        return ((ContextInternal) context).setTimer(millis, id -> task.run());
    }

    /**
     * Runs a task on a context again and again. The public timers run on the caller's context.
     *
     * @param context where to
     * @param millis at least 1
     * @param task what to run
     * @return for {@link Vertx#cancelTimer}
     */
    public static long setPeriodic(Context context, long millis, Runnable task) {
        return ((ContextInternal) context).setPeriodic(millis, id -> task.run());
    }

    /**
     * Registers what is to be closed with the verticle of a context, or with Vert.x if it is that of none. Verticles can do
     * so by their {@code stop} alone, which a library cannot add to.
     *
     * @param context of the verticle
     * @param close called once at most; the end of the verticle waits for its future
     * @return takes it back, for what is closed before
     */
    public static Runnable onClose(Context context, Supplier<Future<Void>> close) {
        ContextInternal owner = (ContextInternal) context;
        Closeable closeable = done -> close.get().onComplete(done);
        if (!owner.closeFuture().add(closeable)) {
            close.get();
        }
        return () -> owner.closeFuture().remove(closeable);
    }

    /**
     * Makes a trace current on a context, for all that its tasks start, as long as the context is in use. OpenTelemetry's
     * {@code makeCurrent} would have to be closed on the same thread before the task ends.
     *
     * @param context a duplicate for one message
     * @param trace what is to be current
     */
    public static void attach(Context context, io.opentelemetry.context.Context trace) {
        VertxContextStorage.INSTANCE.attach((ContextInternal) context, trace);
    }

    /**
     * The bytes of a buffer without a copy. The public API gives copies.
     *
     * @param buffer not changed
     * @return a view of all of it
     */
    public static ByteBuffer bytes(Buffer buffer) {
        return ((BufferInternal) buffer).getByteBuf().nioBuffer();
    }

    /**
     * The slot of a key or channel in a cluster. The client computes it and keeps it to itself.
     *
     * @param key with or without a hash tag
     * @return 0 to 16,383
     */
    public static int slot(String key) {
        return ZModem.generate(key);
    }

    /**
     * The database that the client selects for a URL, which it also takes from the query.
     *
     * @param url a Redis URL
     * @return its number; null if the URL has none
     */
    public static @Nullable Integer database(String url) {
        return new RedisURI(url).select();
    }
}
