package io.redistributed.worker;

import static io.opentelemetry.semconv.ErrorAttributes.ERROR_TYPE;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.redistributed.generate.GenerateRequest;
import io.redistributed.generate.GeneratedContent;
import io.redistributed.generate.GenerationException;
import io.redistributed.generate.Generators;
import io.redistributed.queue.Attempt;
import io.redistributed.queue.AttemptOutcome;
import io.redistributed.queue.WorkerQueue;
import io.redistributed.redis.ErrorKind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;

/** Runs one attempt: fetches the input, calls the generator, and maps its result or error to an outcome. */
final class AttemptRunner {

    private static final AttributeKey<String> REPORT_ID = AttributeKey.stringKey("redistributed.report.id");
    private static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("redistributed.attempt");
    private static final AttributeKey<String> CLIENT_ID = AttributeKey.stringKey("messaging.client.id");

    /** A result is one Redis value, which may have at most 512 MB. */
    private static final int MAX_RESULT_BYTES = 64 << 20;

    private final Vertx vertx;
    private final String worker;
    private final WorkerQueue queue;
    private final Duration timeout;
    private final AttemptCounter counter;

    AttemptRunner(Vertx vertx, String worker, WorkerQueue queue, Duration timeout, AttemptCounter counter) {
        this.vertx = vertx;
        this.worker = worker;
        this.queue = queue;
        this.timeout = timeout;
        this.counter = counter;
    }

    /** Runs the attempt. The future never fails. Call with the attempt's CONSUMER span current. */
    Future<AttemptOutcome> run(Execution execution) {
        describe(execution);
        Attempt attempt = execution.attempt();
        Context context = Context.current();
        if (attempt.restricted() && Generators.isForOperators(vertx, attempt.type())) {
            return Future.succeededFuture(failure(
                    execution.span(),
                    GenerationException.invalidInput("the type '" + attempt.type()
                            + "' needs the right operate, which the caller did not have")));
        }
        Future<GeneratedContent> generated = AttemptInput.of(vertx, queue, attempt)
                .compose(input -> execution.generates(Generators.ask(
                        vertx,
                        attempt.type(),
                        new GenerateRequest(
                                attempt.id(),
                                attempt.number(),
                                attempt.parameters(),
                                input.whole(),
                                input.chunks(),
                                context,
                                execution::progress,
                                execution.cancellation()),
                        attempt.timeout() == null ? timeout : attempt.timeout(),
                        timeout)));
        Promise<AttemptOutcome> over = Promise.promise();
        generated.onComplete(done -> end(over, execution.span(), generated));
        execution.cancellation().onComplete(cancelled -> end(over, execution.span(), generated));
        return over.future().onSuccess(outcome -> {
            counter.count(attempt.type(), outcome);
            // Also stops a generator that is still running after a timeout.
            execution.cancel();
        });
    }

    /** Completes the attempt, once: the generator's result and the cancellation race for it. */
    private static void end(Promise<AttemptOutcome> over, Span span, Future<GeneratedContent> generated) {
        if (!over.future().isComplete()) {
            over.complete(outcome(span, generated));
        }
    }

    private void describe(Execution execution) {
        Attempt attempt = execution.attempt();
        Span span = execution
                .span()
                .setAttribute(REPORT_ID, attempt.id())
                .setAttribute(AttemptCounter.REPORT_TYPE, attempt.type())
                .setAttribute(ATTEMPT, (long) attempt.number())
                .setAttribute(CLIENT_ID, worker);
        if (attempt.previous().isValid()) {
            span.addLink(attempt.previous());
        }
    }

    private static AttemptOutcome outcome(Span span, Future<GeneratedContent> generated) {
        if (!generated.isComplete()) {
            span.addEvent("cancelled");
            return AttemptOutcome.cancelled();
        }
        if (generated.failed()) {
            return failure(span, generated.cause());
        }
        GeneratedContent content = generated.result();
        int bytes = content.body().length();
        return bytes > MAX_RESULT_BYTES
                ? failure(
                        span,
                        GenerationException.invalidInput("the generated report has " + bytes + " bytes (at most "
                                + MAX_RESULT_BYTES + " can be stored)"))
                : AttemptOutcome.done(content.body(), content.contentType());
    }

    private static AttemptOutcome failure(Span span, Throwable cause) {
        String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        span.setStatus(StatusCode.ERROR, message)
                .setAttribute(
                        ERROR_TYPE,
                        cause instanceof GenerationException expected ? expected.errorType() : ErrorKind.of(cause));
        if (cause instanceof GenerationException generation && generation.isHandedBack()) {
            return AttemptOutcome.handedBack();
        }
        if (cause instanceof GenerationException generation && generation.isCrash()) {
            return AttemptOutcome.crashed(message);
        }
        boolean atFault = cause instanceof GenerationException generation && !generation.isRetryable();
        return atFault ? AttemptOutcome.failed(message) : AttemptOutcome.retry(message);
    }
}
