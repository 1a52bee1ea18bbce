package io.redistributed.generate;

import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.ImplicitContextKeyed;
import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;

/**
 * The work for one request, stored in its OpenTelemetry context. It waits from the moment in which its first task is queued for a
 * thread of the generator until a task of it runs; its timeout counts from then. Work without tasks never waits. Thread-safe; the
 * content completes on the context of the caller of {@link Generators#ask}.
 */
public final class Generation implements ImplicitContextKeyed {

    private static final ContextKey<Generation> KEY = ContextKey.named("io.redistributed.generation");

    private final String type;
    private final GenerateRequest request;
    private final Context caller;
    private final Promise<GeneratedContent> content;

    private boolean waiting;
    private boolean hasBegun;
    private volatile long startedNanos = System.nanoTime();
    private volatile long timer = -1;

    /** @param caller context on which the content completes */
    Generation(String type, GenerateRequest request, Context caller) {
        this.type = type;
        this.request = request;
        this.caller = caller;
        this.content = VertxInternals.promise(caller);
    }

    /** Returns the generation of the current OpenTelemetry context, or null. */
    static Generation current() {
        return io.opentelemetry.context.Context.current().get(KEY);
    }

    @Override
    public io.opentelemetry.context.Context storeInContext(io.opentelemetry.context.Context context) {
        return context.with(KEY, this);
    }

    /**
     * Returns the content. A failure is always a {@link GenerationException}: retryable if the generator reports a transient
     * failure, fails unexpectedly, is stopped or times out; not retryable if the input is invalid, if memory or stack is
     * exhausted; {@linkplain GenerationException#isHandedBack handed back} if this process has no generator or no free thread for
     * it.
     */
    public Future<GeneratedContent> content() {
        return content.future();
    }

    /** Returns whether the work waits for a thread. */
    public synchronized boolean isWaiting() {
        return waiting && !hasBegun;
    }

    GenerateRequest request() {
        return request;
    }

    /** Completes the content, unless it has timed out. */
    void complete(GeneratedContent generated) {
        content.tryComplete(generated);
    }

    /** Fails the content, unless it has timed out. */
    void fail(GenerationException failure) {
        content.tryFail(failure);
    }

    /** Fails the content when the work takes longer than the timeout, or gets no thread. */
    void limit(Duration timeout, Duration longestWait) {
        content.future().onComplete(done -> caller.owner().cancelTimer(timer));
        checkAfter(timeout.toMillis(), timeout, longestWait);
    }

    private void checkAfter(long millis, Duration timeout, Duration longestWait) {
        timer = VertxInternals.setTimer(caller, millis, () -> check(timeout, longestWait));
    }

    private void check(Duration timeout, Duration longestWait) {
        boolean waits = isWaiting();
        long taken = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
        long rest = timeout.toMillis() - taken;
        if (content.future().isComplete()) {
            return;
        }
        if (waits && taken >= longestWait.toMillis()) {
            fail(GenerationException.noThread(
                    "generator '" + type + "' had no free thread for " + longestWait.toMillis() + " ms"));
        } else if (waits) {
            // When this is checked again, a task that runs by then has had less than its time.
            checkAfter(timeout.toMillis(), timeout, longestWait);
        } else if (rest > 0) {
            checkAfter(rest, timeout, longestWait);
        } else {
            fail(GenerationException.timeout("generator '" + type + "' timed out after " + timeout.toMillis() + " ms"));
        }
    }

    /** Returns a task for the generator's threads. It does no work if the request has ended before any of its tasks ran. */
    <T> Callable<T> queued(Callable<T> task) {
        synchronized (this) {
            waiting = true;
        }
        return () -> {
            begin();
            return task.call();
        };
    }

    private synchronized void begin() {
        if (!hasBegun && (content.future().isComplete() || request.cancelled().isComplete())) {
            throw new CancellationException("report " + request.reportId() + " ended before its work began");
        }
        if (!hasBegun) {
            startedNanos = System.nanoTime();
            hasBegun = true;
        }
    }
}
