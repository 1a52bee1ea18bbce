package io.redistributed.spring;

import io.opentelemetry.context.Scope;
import io.redistributed.pubsub.ProcessOperation;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to its listeners. The span ends when the call that delivers it, and all calls that were passed on
 * to other threads, have returned.
 */
final class Delivery {

    private static final ThreadLocal<Delivery> CURRENT = new ThreadLocal<>();

    private final MessageTracing tracing;
    private final ProcessOperation operation;
    private final AtomicInteger calls = new AtomicInteger(1);
    private volatile @Nullable Throwable failure;

    Delivery(MessageTracing tracing, ProcessOperation operation) {
        this.tracing = tracing;
        this.operation = operation;
    }

    /** Records a failure that a framework handles, on the message that this thread delivers. */
    static void failed(Throwable failure) {
        Delivery current = CURRENT.get();
        if (current != null) {
            current.failure = failure;
        }
    }

    /** Passes a call on to an executor. */
    void passOn(Runnable listener, Executor executor) {
        calls.incrementAndGet();
        try {
            executor.execute(() -> call(listener));
        } catch (Throwable e) {
            failure = e;
            returned();
            throw e;
        }
    }

    /** Runs a call under the span. */
    void call(Runnable listener) {
        Delivery outer = CURRENT.get();
        CURRENT.set(this);
        try (Scope scope = tracing.enter(operation)) {
            listener.run();
        } catch (Throwable e) {
            failure = e;
            throw e;
        } finally {
            if (outer == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(outer);
            }
            returned();
        }
    }

    private void returned() {
        if (calls.decrementAndGet() > 0) {
            return;
        }
        Throwable thrown = failure;
        if (thrown == null) {
            operation.end();
        } else {
            operation.fail(thrown);
        }
    }
}
