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

/** Calls handlers, for each message on a Vert.x context of its own that carries the message's trace. */
final class MessageProcessor {

    private static final Logger log = LoggerFactory.getLogger(MessageProcessor.class);

    private final HandlerContexts contexts;
    private final RedisPubSubTelemetry telemetry;
    private final Set<ProcessOperation> underWay = ConcurrentHashMap.newKeySet();

    /** @param contexts where handlers run */
    MessageProcessor(HandlerContexts contexts, RedisPubSubTelemetry telemetry) {
        this.contexts = contexts;
        this.telemetry = telemetry;
    }

    /** @param ended called once when the handler has ended, whatever came of it, on any thread */
    void process(Subscription subscription, String channel, Buffer message, Runnable ended) {
        contexts.run(own -> {
            try {
                handle(own, subscription, channel, message).onComplete(outcome -> ended.run());
            } catch (Throwable e) {
                log.error("A message of {} could not be processed", channel, e);
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
                        log.warn("The handler of {} failed", channel, outcome.cause());
                    }
                    end(processing, outcome.cause());
                    return Future.succeededFuture();
                });
    }

    /** Ends the spans of handlers that still run, as failed: what comes of those may be too late to be exported. */
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
            // To Vert.x, even the root is a trace to continue.
            return handler;
        }
        // For what the handler starts on this Vert.x context, and ends with it.
        VertxInternals.attach(own, context);
        // For OpenTelemetry's own storage by thread, where that is in use.
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
