package io.redistributed.generate;

import static io.opentelemetry.semconv.ErrorAttributes.ERROR_TYPE;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.redistributed.settings.Settings;
import io.redistributed.telemetry.Telemetry;
import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A report type. Extend it, implement {@link #type}, {@link #description} and {@link #generate}, and name the class in the config file. Several instances share the requests: a worker calls the instance on its own event loop, or else instances in turn.
 *
 * <p>Each request runs in a span {@code generate <type>}, child of the request's context, of the service
 * {@value Telemetry#REPORT_GENERATOR}. The span is current on the request's own Vert.x context until the generation ends,
 * including continuations, one-shot timers and {@link #compute}, but not periodic timers.
 *
 * <p>Config: {@code threads}, the size of the worker pool behind {@link #compute}, at least 1, default the number of
 * processors. Instances of one type share one pool; the first to start sizes it.
 */
public abstract class GeneratorVerticle extends VerticleBase {

    private static final Logger log = LoggerFactory.getLogger(GeneratorVerticle.class);

    /** Limit of an input that is read whole, in bytes. */
    public static final int MAX_WHOLE_INPUT = 32 << 20;

    private static final int MAX_THREADS = 1_000;
    private static final long DRAIN_SECONDS = 10;

    // Accessed only on the verticle's context, where requests arrive and complete.
    private final Set<Promise<GeneratedContent>> running = new HashSet<>();

    private Tracer tracer;
    private WorkerExecutor workers;
    private String spanName;
    private boolean stopped;

    /** Returns the report type, such as {@code summary}; must be constant. */
    protected abstract String type();

    /**
     * Returns the description of the type: {@code {"title": …, "parameters": {JSON Schema draft 2020-12 of the parameters object}}}.
     * Requests are validated against the schema before {@link #generate}, so it should have {@code "additionalProperties": false}, bounds, defaults and a description of each parameter.
     */
    protected abstract JsonObject description();

    /** Returns the config keys of this generator in addition to {@code threads}; other keys are rejected. */
    protected List<String> keys() {
        return List.of();
    }

    /**
     * Returns whether {@link #generate} reads long inputs from {@link GenerateRequest#inputStream}. By default it gets every
     * input whole, up to {@value #MAX_WHOLE_INPUT} bytes; reports with a longer one fail.
     */
    protected boolean streamsInput() {
        return false;
    }

    /** Returns the name of the implementation, the class by default. A report type has one implementation in a process. */
    protected String implementation() {
        return "java:" + getClass().getName();
    }

    /**
     * Generates one report. Called on an event loop, which it must not block: run heavy work in {@link #compute}.
     *
     * @return the content, or a failure, preferably a {@link GenerationException}: any other exception, thrown or returned, counts as unexpected and is retried; exhausted memory or stack counts as a crash of the worker
     */
    protected abstract Future<GeneratedContent> generate(GenerateRequest request) throws Exception;

    @Override
    public Future<?> start() {
        if (!Generators.isType(type())) {
            throw new IllegalArgumentException(
                    "\"" + type() + "\" is not a report type (use a-z, 0-9 and -, a letter first, at most 64)");
        }
        tracer = Telemetry.of(vertx).service(Telemetry.REPORT_GENERATOR).getTracer("io.redistributed.generate");
        int processors = Runtime.getRuntime().availableProcessors();
        int threads = Settings.ofVerticle(config())
                .allowing(Stream.concat(Stream.of("threads"), keys().stream()).toArray(String[]::new))
                .integer("threads", processors, 1, MAX_THREADS);
        workers = vertx.createSharedWorkerExecutor("generate-" + type(), threads);
        spanName = "generate " + type();
        stopped = false;
        Generators.add(vertx, type(), description(), this);
        return Future.succeededFuture();
    }

    /** Rejects new requests, waits up to 10 s for running ones, fails the rest as retryable, then ends its threads. */
    @Override
    public Future<?> stop() {
        Generators.remove(vertx, type(), this);
        return drained()
                .timeout(DRAIN_SECONDS, TimeUnit.SECONDS)
                .otherwiseEmpty()
                .eventually(() -> {
                    stopped = true;
                    List.copyOf(running).forEach(work -> work.tryFail(stopped()));
                    return workers.close();
                });
    }

    /** Announces a new {@link #description} of the type. Call on the verticle's context. */
    protected final void redescribe() {
        Generators.redescribe(vertx, type(), description());
    }

    private GenerationException stopped() {
        return GenerationException.retryable("generator '" + type() + "' was stopped during the generation", null);
    }

    private Future<?> drained() {
        // Future.join has no context, and the next steps must run on the verticle's context.
        Promise<CompositeFuture> drained = VertxInternals.promise(context);
        Future.join(running.stream().map(Promise::future).toList()).onComplete(drained);
        return drained.future();
    }

    /**
     * Runs CPU-heavy or blocking work on the type's worker pool, never on an event loop, with the caller's span current.
     * Tasks wait for a free thread; tasks of one generation may run at the same time. The timeout of the report counts from
     * the start of its first task on a thread. If the report ends earlier, the task does not run. When the generator stops,
     * the thread is interrupted.
     *
     * @return what the task returns or throws, on a Vert.x context of the caller's event loop
     */
    protected final <T> Future<T> compute(Callable<T> task) {
        Generation generation = Generation.current();
        Callable<T> queued = generation == null ? task : generation.queued(task);
        try {
            return VertxInternals.onCopy(vertx, () -> workers.executeBlocking(queued, false));
        } catch (RejectedExecutionException closed) {
            return Future.failedFuture(GenerationException.retryable("generator '" + type() + "' was stopped", closed));
        }
    }

    boolean sharesLoopOf(Context caller) {
        return VertxInternals.loop(context) == VertxInternals.loop(caller);
    }

    /** Generates on a separate context per request. Thread-safe. */
    void generate(Generation generation) {
        Context own = VertxInternals.duplicate(context);
        VertxInternals.run(own, () -> generate(generation, own));
    }

    private void generate(Generation generation, Context own) {
        if (stopped) {
            generation.fail(stopped());
            return;
        }
        GenerateRequest request = generation.request();
        Span span = tracer.spanBuilder(spanName).setParent(request.context()).startSpan();
        Scope scope = VertxInternals.attach(own, request.context().with(span).with(generation));
        Promise<GeneratedContent> work = VertxInternals.promise(own);
        running.add(work);
        work.future().onComplete((content, failure) -> {
            running.remove(work);
            if (failure == null) {
                span.end();
                generation.complete(content);
            } else {
                generation.fail(explain(request, span, failure));
            }
            scope.close();
        });
        call(request).onComplete((content, failure) -> {
            if (failure == null) {
                work.tryComplete(content);
            } else {
                work.tryFail(failure);
            }
        });
    }

    private Future<GeneratedContent> call(GenerateRequest request) {
        try {
            return Objects.requireNonNull(generate(request), "generate() returned no future")
                    .map(content -> Objects.requireNonNull(content, "generate() completed without content"));
        } catch (Throwable thrown) {
            return Future.failedFuture(thrown);
        }
    }

    /** Ends the span. */
    private GenerationException explain(GenerateRequest request, Span span, Throwable failure) {
        GenerationException explained;
        VirtualMachineError crash = crash(failure);
        if (crash != null) {
            explained = GenerationException.crash("generator '" + type() + "' crashed: " + crash, crash);
            unexpected(request, span, explained);
        } else if (failure instanceof GenerationException
                || failure.getCause() instanceof GenerationException && failure instanceof CompletionException) {
            // A future that is awaited wraps its failure.
            GenerationException expected =
                    (GenerationException) (failure instanceof GenerationException ? failure : failure.getCause());
            explained = expected;
            span.setAttribute(ERROR_TYPE, expected.errorType());
        } else if (isCancellation(failure)) {
            explained = GenerationException.retryable("generator '" + type() + "' was cancelled", failure);
            span.setAttribute(ERROR_TYPE, "cancelled");
        } else {
            explained = GenerationException.retryable(
                    "generator '" + type() + "' failed unexpectedly: " + failure, failure);
            unexpected(request, span, explained);
        }
        span.setStatus(StatusCode.ERROR, explained.getMessage()).end();
        return explained;
    }

    private static void unexpected(GenerateRequest request, Span span, GenerationException failure) {
        Throwable cause = failure.getCause();
        span.setAttribute(ERROR_TYPE, cause.getClass().getName());
        span.recordException(cause);
        log.error("Attempt {} of report {}: {}", request.attempt(), request.reportId(), failure.getMessage(), cause);
    }

    /** Returns the error of exhausted memory or stack, even if a library wrapped it; null for other failures. */
    private static VirtualMachineError crash(Throwable failure) {
        return failure == null || failure instanceof VirtualMachineError
                ? (VirtualMachineError) failure
                : crash(failure.getCause());
    }

    /** Returns whether the failure is a cancellation, even if a library wrapped it. */
    private static boolean isCancellation(Throwable failure) {
        return failure instanceof CancellationException
                || failure.getCause() != null && isCancellation(failure.getCause());
    }
}
