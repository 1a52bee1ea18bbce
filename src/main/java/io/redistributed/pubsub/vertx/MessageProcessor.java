package io.redistributed.pubsub.vertx;

import io.redistributed.context.DecodedMessage;
import io.redistributed.pubsub.ProcessOperation;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls handlers, each on a separate Vert.x context that carries the message's trace. */
final class MessageProcessor {

    private static final Logger log = LoggerFactory.getLogger(MessageProcessor.class);

    private final HandlerContexts contexts;
    private final RedisPubSubTelemetry telemetry;
    private final Set<ProcessOperation> underWay = ConcurrentHashMap.newKeySet();

    /** @param contexts contexts that handlers run on */
    MessageProcessor(HandlerContexts contexts, RedisPubSubTelemetry telemetry) {
        this.contexts = contexts;
        this.telemetry = telemetry;
    }

    /** @param ended called once when the handler has succeeded or failed, on any thread */
    void process(Subscription subscription, String channel, Buffer message, Runnable ended) {
        contexts.run(own -> {
            try {
                handle(own, subscription, channel, message).onComplete(outcome -> ended.run());
            } catch (Throwable e) {
                log.error("Failed to process a message on {}", channel, e);
                ended.run();
            }
        });
    }

    private Future<Void> handle(Context own, Subscription subscription, String channel, Buffer message) {
        DecodedMessage decoded = telemetry.decode(channel, VertxInternals.bytes(message));
        Buffer body = message.slice(decoded.bodyOffset(), message.length());
        ProcessOperation processing = telemetry.startProcess(channel, decoded);
        underWay.add(processing);
        return call(
                        within(own, processing.context(), subscription.handler()),
                        new TracedMessage(channel, body, decoded))
                .transform(outcome -> {
                    if (outcome.failed()) {
                        log.warn("Handler of {} failed", channel, outcome.cause());
                    }
                    end(processing, outcome.cause());
                    return Future.succeededFuture();
                });
    }

    /** Ends the spans of running handlers as failed, as later ends may miss the last export. */
    void abandon(Throwable why) {
        underWay.forEach(processing -> end(processing, why));
    }

    private void end(ProcessOperation processing, @Nullable Throwable failure) {
        underWay.remove(processing);
        if (failure == null) {
            processing.end();
        } else {
            processing.fail(failure);
        }
    }

    private static <M, F> Function<M, F> within(
            Context own, io.opentelemetry.context.Context context, Function<M, F> handler) {
        if (context == io.opentelemetry.context.Context.root()) {
            // Vert.x would continue even the root context as a trace.
            return handler;
        }
        // For tasks that the handler starts on this Vert.x context.
        VertxInternals.attach(own, context);
        // For OpenTelemetry's thread-local storage, if it is in use.
        return context.wrapFunction(handler);
    }

    private static Future<?> call(Function<TracedMessage, Future<?>> handler, TracedMessage message) {
        try {
            Future<?> handled = handler.apply(message);
            return handled == null ? Future.failedFuture("the handler returned null") : handled;
        } catch (Throwable e) {
            return Future.failedFuture(e);
        }
    }
}
