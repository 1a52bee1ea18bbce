package io.redistributed.export;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the exports of one worker, and replaces the exporter after an attempt that timed out. Calls over HTTP/2 share a connection, and the HTTP client keeps a dead one until the kernel gives it up after a quarter of an hour. Other exports in flight on the old exporter may still complete.
 *
 * <p>Runs on the verticle's context.
 */
final class ExportClient {

    private static final Logger log = LoggerFactory.getLogger(ExportClient.class);

    /** A fallback for an exporter that does not time out by itself; its own error says more. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Context context;
    private final Exporter exporter;
    private final List<Use> uses = new ArrayList<>();
    private Use current;
    private boolean renewing;
    private boolean closed;

    /** An exporter and its number of exports in flight. */
    private static final class Use {
        final SpanExporter spans;
        int exports;

        Use(SpanExporter spans) {
            this.spans = spans;
        }
    }

    /** @param first exporter for the first exports */
    ExportClient(Context context, Exporter exporter, SpanExporter first) {
        this.context = context;
        this.exporter = exporter;
        use(first);
    }

    /** Exports spans. {@link ExportFailure} explains the failures. */
    Future<Void> export(List<SpanData> spans) {
        Use use = current;
        use.exports++;
        return result(
                        () -> use.spans.export(spans),
                        exporter.settings().timeout().plus(GRACE))
                .onComplete(result -> {
                    use.exports--;
                    if (result.failed() && ExportFailure.of(result.cause()).silent() && use == current) {
                        renew();
                    }
                    endIfIdle(use);
                });
    }

    /** Shuts the exporters down. Always succeeds; exports in flight fail. */
    Future<Void> close(Duration timeout) {
        closed = true;
        return Future.all(uses.stream().map(use -> end(use.spans, timeout)).toList())
                .mapEmpty();
    }

    private void use(SpanExporter spans) {
        current = new Use(spans);
        uses.add(current);
    }

    private void renew() {
        if (renewing || closed) {
            return;
        }
        renewing = true;
        context.executeBlocking(exporter::create).onComplete(made -> {
            renewing = false;
            if (made.failed()) {
                log.warn("Cannot replace exporter {}", exporter.settings().label(), made.cause());
            } else if (closed) {
                end(made.result(), GRACE);
            } else {
                Use old = current;
                use(made.result());
                endIfIdle(old);
            }
        });
    }

    private void endIfIdle(Use use) {
        if (!closed && use != current && use.exports == 0 && uses.remove(use)) {
            end(use.spans, GRACE);
        }
    }

    private Future<Void> end(SpanExporter spans, Duration timeout) {
        return result(spans::shutdown, timeout).otherwise(failure -> {
            log.warn("Shutdown of exporter {} failed: {}", exporter.settings().label(), failure.toString());
            return null;
        });
    }

    /** Completes on this context with the asynchronous result, or fails after {@code timeout}. */
    private Future<Void> result(Supplier<CompletableResultCode> action, Duration timeout) {
        Promise<Void> done = VertxInternals.promise(context);
        try {
            CompletableResultCode result = action.get();
            result.whenComplete(() -> {
                if (result.isSuccess()) {
                    done.complete();
                } else {
                    Throwable cause = result.getFailureThrowable();
                    done.fail(cause == null ? new IllegalStateException("no reason given") : cause);
                }
            });
        } catch (RuntimeException e) {
            done.fail(e);
        }
        return done.future().timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }
}
