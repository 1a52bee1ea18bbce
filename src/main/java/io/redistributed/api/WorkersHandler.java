package io.redistributed.api;

import io.redistributed.queue.ReportQueue;
import io.redistributed.queue.WorkerState;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** {@code /workers}: who is there to take reports, in the whole cluster. */
final class WorkersHandler {

    private static final String PATH = "/workers";

    private final ReportQueue queue;

    WorkersHandler(ReportQueue queue) {
        this.queue = queue;
    }

    void mount(Routes routes) {
        routes.get(PATH).respond(this::list);
    }

    private Future<JsonObject> list(RoutingContext routing) {
        return queue.workers().map(workers -> {
            JsonArray list = new JsonArray();
            workers.forEach(worker -> list.add(json(worker)));
            return new JsonObject().put("workers", list);
        });
    }

    static JsonObject json(WorkerState worker) {
        return new JsonObject()
                .put("id", worker.id())
                .mergeIn(worker.information())
                .put("free", worker.free())
                .put("running", new JsonArray(worker.running()))
                .put("lastBeat", worker.lastBeat().toString());
    }
}
