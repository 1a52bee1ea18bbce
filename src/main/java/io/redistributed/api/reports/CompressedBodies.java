package io.redistributed.api.reports;

import io.redistributed.api.http.ContentCoding;
import io.redistributed.api.http.MemoryBudget;
import io.redistributed.api.http.RequestBodies;
import io.redistributed.api.http.RequestEnd;
import io.redistributed.vertx.server.ServerInternals;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;

/** Decompresses request bodies within a shared memory budget. */
final class CompressedBodies {

    private final MemoryBudget budget;
    private final int maxBytes;

    /** @param maxBytes limit of one decompressed body */
    CompressedBodies(Vertx vertx, int maxBytes) {
        this.budget = MemoryBudget.of(vertx);
        this.maxBytes = maxBytes;
    }

    /** Replaces a body that is not raw by its decompressed bytes. Runs after the handler that reads the body. */
    void decode(RoutingContext routing) {
        BodyFormat format = BodyFormat.of(routing);
        ContentCoding coding = format.coding();
        Buffer body = RequestBodies.whole(routing);
        if (format.isRaw() || coding == ContentCoding.IDENTITY || body.length() == 0) {
            routing.next();
            return;
        }
        List<Runnable> held = new ArrayList<>();
        // Serialized, as parallel bodies could exhaust the budget before any of them is complete.
        routing.vertx()
                .executeBlocking(
                        () -> Buffer.buffer(coding.decode(body, maxBytes, bytes -> held.add(budget.reserve(bytes)))))
                .onComplete(done -> RequestEnd.of(routing).onComplete(end -> held.forEach(Runnable::run)))
                .onSuccess(decoded -> {
                    ServerInternals.setBody(routing, decoded);
                    routing.next();
                })
                .onFailure(routing::fail);
    }
}
