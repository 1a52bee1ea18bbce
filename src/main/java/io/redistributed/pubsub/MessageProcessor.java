package io.redistributed.pubsub;

import io.opentelemetry.context.Context;
import io.redistributed.context.DecodedMessage;
import io.redistributed.context.TraceCodec;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.tracing.opentelemetry.VertxContextStorageProvider.VertxContextStorage;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls handlers, for each message on a Vert.x context of its own that carries the message's trace. */
final class MessageProcessor {

    private static final Logger log = LoggerFactory.getLogger(MessageProcessor.class);

    private final ContextInternal context;
    private final ProcessTracer tracer;
    private final Set<ProcessTracer.Processing> underWay = ConcurrentHashMap.newKeySet();

    /** @param context where handlers run */
    MessageProcessor(ContextInternal context, ProcessTracer tracer) {
        this.context = context;
        this.tracer = tracer;
    }

    /** @param ended called once when the handler has ended, whatever came of it, on any thread */
    void process(Subscription subscription, Buffer message, Runnable ended) {
        ContextInternal own = context.duplicate();
        own.emit(message, received -> {
            try {
                handle(own, subscription, received).onComplete(outcome -> ended.run());
            } catch (Throwable e) {
                log.error("A message of {} could not be processed", subscription.channel(), e);
                ended.run();
            }
        });
    }

    private Future<Void> handle(ContextInternal own, Subscription subscription, Buffer message) {
        DecodedMessage decoded =
                TraceCodec.decode(((BufferInternal) message).getByteBuf().nioBuffer());
        Buffer body = message.slice(decoded.bodyOffset(), message.length());
        ProcessTracer.Processing processing = tracer.start(subscription.destination(), subscription.policy(), decoded);
        underWay.add(processing);
        return call(
                        within(own, processing.context(), subscription.handler()),
                        new TracedMessage(subscription.channel(), body, decoded))
                .transform(outcome -> {
                    if (outcome.failed()) {
                        log.warn("The handler of {} failed", subscription.channel(), outcome.cause());
                    }
                    end(processing, outcome.cause());
                    return Future.succeededFuture();
                });
    }

    /** Ends the spans of handlers that still run, as failed: what comes of those may be too late to be exported. */
    void abandon(Throwable why) {
        underWay.forEach(processing -> end(processing, why));
    }

    private void end(ProcessTracer.Processing processing, Throwable failure) {
        if (underWay.remove(processing)) {
            processing.end(failure);
        }
    }

    private static <M, F> Function<M, F> within(ContextInternal own, Context context, Function<M, F> handler) {
        if (context == Context.root()) {
            // To Vert.x, even the root is a trace to continue.
            return handler;
        }
        // For what the handler starts on this Vert.x context, and ends with it.
        VertxContextStorage.INSTANCE.attach(own, context);
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
