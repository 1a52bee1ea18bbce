package io.redistributed.export;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the exports of one worker, by an exporter that is made anew when one has not answered in time. Calls over HTTP/2
 * share a connection, and the HTTP client keeps to it although nothing comes back, until the kernel gives it up after a
 * quarter of an hour. What else is under way on the old one may still end there.
 *
 * <p>All of it runs on the verticle's context.
 */
final class ExportClient {

    private static final Logger log = LoggerFactory.getLogger(ExportClient.class);

    /** The exporters time out by themselves, and say better why; this is for one that does not. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final ContextInternal context;
    private final Exporter exporter;
    private final List<Use> uses = new ArrayList<>();
    private Use current;
    private boolean renewing;
    private boolean closed;

    /** An exporter, and how many exports it has under way. */
    private static final class Use {
        final SpanExporter spans;
        int exports;

        Use(SpanExporter spans) {
            this.spans = spans;
        }
    }

    /** @param first that makes the first exports */
    ExportClient(ContextInternal context, Exporter exporter, SpanExporter first) {
        this.context = context;
        this.exporter = exporter;
        use(first);
    }

    /** Fails with what {@link ExportFailure} explains. */
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

    /** Always succeeds. Exports that are under way fail. */
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
                log.warn("{} cannot be made anew", exporter.settings().label(), made.cause());
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
            log.warn("{} did not shut down: {}", exporter.settings().label(), failure.toString());
            return null;
        });
    }

    /** The result of something asynchronous, on this context, at the latest after {@code timeout}. */
    private Future<Void> result(Supplier<CompletableResultCode> action, Duration timeout) {
        Promise<Void> done = context.promise();
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
