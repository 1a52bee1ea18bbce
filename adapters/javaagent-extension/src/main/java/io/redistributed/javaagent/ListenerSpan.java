package io.redistributed.javaagent;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import io.redistributed.pubsub.ProcessOperation;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The CONSUMER span of one message. It ends when the client has called its listeners, and all calls that a framework
 * passed on to other threads have returned.
 */
public final class ListenerSpan {

    private static final ContextKey<ListenerSpan> KEY = ContextKey.named("redistributed-listener");

    private final ProcessOperation operation;
    private final AtomicInteger calls = new AtomicInteger(1);
    private volatile Throwable failure;

    ListenerSpan(ProcessOperation operation) {
        this.operation = operation;
    }

    /** The one of the current context, or null. */
    public static ListenerSpan current() {
        return Context.current().get(KEY);
    }

    /** Makes it current for a call of listeners. */
    public Scope makeCurrent() {
        Scope inner = operation.makeCurrent();
        Scope outer = Context.current().with(KEY, this).makeCurrent();
        return () -> {
            outer.close();
            inner.close();
        };
    }

    /** Keeps the span open for a number of further calls. */
    public void await(int more) {
        calls.addAndGet(more);
    }

    /** Records what a listener threw, for the end of the span. */
    public void record(Throwable thrown) {
        failure = thrown;
    }

    /** One call has returned. */
    public void returned(Throwable thrown) {
        if (thrown != null) {
            record(thrown);
        }
        if (calls.decrementAndGet() == 0) {
            end();
        }
    }

    /** Ends the span although calls are to come, as they will not. */
    public void end() {
        if (failure == null) {
            operation.end();
        } else {
            operation.fail(failure);
        }
    }
}
