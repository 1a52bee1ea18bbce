package io.redistributed.api;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import java.util.ArrayList;
import java.util.List;

/** Decompresses request bodies; what they hold together is bounded. */
final class CompressedBodies {

    private final MemoryBudget budget;
    private final int maxBytes;

    /** @param maxBytes of one body when it is decompressed */
    CompressedBodies(Vertx vertx, int maxBytes) {
        this.budget = MemoryBudget.of(vertx);
        this.maxBytes = maxBytes;
    }

    /** Puts what was compressed in the place of the body; for the handler after the one that reads it. */
    void decode(RoutingContext routing) {
        ContentCoding coding = BodyFormat.of(routing).coding();
        Buffer body = routing.body().buffer();
        if (coding == ContentCoding.IDENTITY || body == null || body.length() == 0) {
            routing.next();
            return;
        }
        List<Runnable> held = new ArrayList<>();
        // One at a time, so that they do not take the budget from each other before any is complete.
        routing.vertx()
                .executeBlocking(
                        () -> Buffer.buffer(coding.decode(body, maxBytes, bytes -> held.add(budget.reserve(bytes)))))
                .onComplete(done -> RequestEnd.of(routing).onComplete(end -> held.forEach(Runnable::run)))
                .onSuccess(decoded -> {
                    ((RoutingContextInternal) routing).setBody(decoded);
                    routing.next();
                })
                .onFailure(routing::fail);
    }
}
