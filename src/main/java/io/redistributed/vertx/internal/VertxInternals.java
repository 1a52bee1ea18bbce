package io.redistributed.vertx.internal;

import io.netty.channel.EventLoop;
import io.opentelemetry.context.Scope;
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

/** Wraps internal API of Vert.x that has no public equivalent. Safe to use from any thread. */
public final class VertxInternals {

    private VertxInternals() {}

    /**
     * Returns the caller's context, or a new one, without the data of the current request. The public API returns a
     * duplicated context, whose trace would apply to everything created on it.
     *
     * @param vertx instance whose current context is returned
     * @return a context that is not duplicated
     */
    public static Context current(Vertx vertx) {
        return ((ContextInternal) vertx.getOrCreateContext()).unwrap();
    }

    /**
     * Returns a new context on the event loop of another context, for connections. The public API does not expose the
     * event loop of a worker context. A connection created on a verticle's own context would close before the verticle
     * has finished its messages.
     *
     * @param context of any threading model
     * @return a new context, which is never closed
     */
    public static Context eventLoopOf(Context context) {
        return ((ContextInternal) context)
                .toBuilder()
                        .withThreadingModel(ThreadingModel.EVENT_LOOP)
                        .withCloseFuture(new CloseFuture())
                        .build();
    }

    /**
     * Returns a context like another one, whose tasks run independently. Blocking tasks of one context run one at a
     * time, so concurrent handlers need several contexts.
     *
     * @param context worker context
     * @return a new context with the same pool, class loader and lifetime
     */
    public static Context sibling(Context context) {
        return ((ContextInternal) context)
                .toBuilder().withThreadingModel(context.threadingModel()).build();
    }

    /**
     * Returns a context for one message, on the same thread, with its own local data such as the trace. Vert.x itself
     * creates duplicates only for requests that it handles, such as HTTP.
     *
     * @param context context to duplicate
     * @return a new duplicate
     */
    public static Context duplicate(Context context) {
        return ((ContextInternal) context).duplicate();
    }

    /**
     * Runs a task on a context, immediately if the caller is on its thread. {@code runOnContext} always waits for
     * another turn of the event loop, which adds latency and may change the order.
     *
     * @param context context to run on
     * @param task task, whose exceptions go to the context's exception handler
     */
    public static void run(Context context, Runnable task) {
        ((ContextInternal) context).emit(v -> task.run());
    }

    /**
     * Creates a promise whose future completes on a context. Public promises complete on the thread that completes
     * them.
     *
     * @param <T> type of the result
     * @param context context to complete on
     * @return a promise to complete on any thread
     */
    public static <T> Promise<T> promise(Context context) {
        return ((ContextInternal) context).promise();
    }

    /**
     * Returns a future whose composed futures complete on a context, even if they time out. Timeouts of public futures
     * without a context run on a thread outside Vert.x.
     *
     * @param context context to complete on
     * @return a succeeded future
     */
    public static Future<Void> succeeded(Context context) {
        return ((ContextInternal) context).succeededFuture();
    }

    /**
     * Creates a promise like {@link #promise(Context)}, on the caller's context.
     *
     * @param <T> type of the result
     * @param vertx instance whose current context completes the future
     * @return a promise to complete on any thread
     */
    public static <T> Promise<T> promise(Vertx vertx) {
        return ((VertxInternal) vertx).promise();
    }

    /**
     * Runs a task on a context after a delay. Public timers run on the caller's context.
     *
     * @param context context to run on
     * @param millis delay, at least 1
     * @param task task to run
     * @return timer id for {@link Vertx#cancelTimer}
     */
    public static long setTimer(Context context, long millis, Runnable task) {
        return ((ContextInternal) context).setTimer(millis, id -> task.run());
    }

    /**
     * Runs a task on a context periodically. Public timers run on the caller's context.
     *
     * @param context context to run on
     * @param millis interval, at least 1
     * @param task task to run
     * @return timer id for {@link Vertx#cancelTimer}
     */
    public static long setPeriodic(Context context, long millis, Runnable task) {
        return ((ContextInternal) context).setPeriodic(millis, id -> task.run());
    }

    /**
     * Registers an action for the end of a context's verticle, or of Vert.x if the context has no verticle. The only
     * public hook is the verticle's {@code stop}, which a library cannot extend.
     *
     * @param context context of the verticle
     * @param close called at most once; the end of the verticle waits for its
     *     future
     * @return removes the registration, for resources that are closed earlier
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
     * Makes a trace current for all tasks of a context while the context is in use. OpenTelemetry's {@code makeCurrent}
     * must be closed on the same thread before the task ends.
     *
     * @param context duplicated context of one message
     * @param trace OpenTelemetry context to make current
     * @return closes it, on any thread
     */
    public static Scope attach(Context context, io.opentelemetry.context.Context trace) {
        return VertxContextStorage.INSTANCE.attach((ContextInternal) context, trace);
    }

    /**
     * Returns the trace that is current on a context. OpenTelemetry returns only the trace of the caller's context.
     *
     * @param context context of any threading model
     * @return current OpenTelemetry context
     */
    public static io.opentelemetry.context.Context trace(Context context) {
        ContextInternal own = (ContextInternal) context;
        ContextInternal previous = own.beginDispatch();
        try {
            return io.opentelemetry.context.Context.current();
        } finally {
            own.endDispatch(previous);
        }
    }

    /**
     * Calls a supplier on a copy of the caller's context, including its local data, so that the tasks it starts do not share
     * a current trace with other tasks. The public API cannot copy a context.
     *
     * @param <T> type of the result
     * @param vertx owner of the caller's context, if any
     * @param action called immediately
     * @return result of the action
     */
    public static <T> T onCopy(Vertx vertx, Supplier<T> action) {
        ContextInternal own = ((ContextInternal) vertx.getOrCreateContext()).duplicate(true);
        ContextInternal previous = own.beginDispatch();
        try {
            return action.get();
        } finally {
            own.endDispatch(previous);
        }
    }

    /**
     * Returns the event loop of a context, to find out which handlers share a thread. The public API hides it.
     *
     * @param context context of any threading model
     * @return Netty event loop, comparable by identity
     */
    public static EventLoop loop(Context context) {
        return ((ContextInternal) context).nettyEventLoop();
    }

    /**
     * Returns the bytes of a buffer without a copy. The public API copies.
     *
     * @param buffer buffer, not changed
     * @return a view of the whole buffer
     */
    public static ByteBuffer bytes(Buffer buffer) {
        return ((BufferInternal) buffer).getByteBuf().nioBuffer();
    }

    /**
     * Returns the cluster slot of a key or channel. The client computes it but does not expose it.
     *
     * @param key key or channel, with or without a hash tag
     * @return 0 to 16,383
     */
    public static int slot(String key) {
        return ZModem.generate(key);
    }

    /**
     * Returns the database that the client selects for a URL, which may also be in the query.
     *
     * @param url a Redis URL
     * @return its number; null if the URL has none
     */
    public static @Nullable Integer database(String url) {
        return new RedisURI(url).select();
    }
}
