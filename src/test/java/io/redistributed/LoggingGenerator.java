package io.redistributed;

import io.opentelemetry.api.trace.Span;
import io.redistributed.generate.GenerateRequest;
import io.redistributed.generate.GeneratedContent;
import io.redistributed.generate.GeneratorVerticle;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Report type {@code logging}: logs on the way, on several threads, and fails. Public because it is deployed by name. */
public final class LoggingGenerator extends GeneratorVerticle {

    private static final Logger log = LoggerFactory.getLogger(LoggingGenerator.class);

    @Override
    protected String type() {
        return "logging";
    }

    @Override
    protected JsonObject description() {
        return new JsonObject().put("parameters", new JsonObject().put("type", "object"));
    }

    @Override
    protected Future<GeneratedContent> generate(GenerateRequest request) {
        String span = Span.current().getSpanContext().getSpanId();
        log.info("Event loop {} {}", request.reportId(), span);
        return vertx.timer(5)
                .compose(fired -> compute(() -> {
                    log.info("Worker thread {} {}", request.reportId(), span);
                    return null;
                }))
                .compose(computed -> {
                    log.info("Event loop again {} {}", request.reportId(), span);
                    return Future.failedFuture(new IllegalStateException("as always"));
                });
    }
}
