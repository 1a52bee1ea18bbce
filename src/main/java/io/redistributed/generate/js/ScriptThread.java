package io.redistributed.generate.js;

import io.opentelemetry.context.Context;
import io.vertx.core.Future;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Runs a script on a thread of its own: with a stack on which a recursion reaches the limit of the engine before that of the thread, and that can be interrupted without harm to others.
 */
final class ScriptThread {

    /** Reserved; the system commits what is used. */
    private static final long STACK_BYTES = 64L << 20;

    private ScriptThread() {}

    /**
     * Runs the task in the trace of the caller, which waits.
     *
     * @param end completes when the task is to be interrupted
     * @throws CancellationException if the caller is interrupted
     */
    static <T> T call(String name, Callable<T> task, Future<?> end) throws Exception {
        Context trace = Context.current();
        FutureTask<T> result = new FutureTask<>(trace.wrap(task));
        Thread thread = new Thread(null, result, name, STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
        end.onComplete(over -> thread.interrupt());
        try {
            return result.get();
        } catch (InterruptedException e) {
            thread.interrupt();
            throw new CancellationException(name + " was interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) e.getCause();
        }
    }
}
