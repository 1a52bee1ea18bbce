package io.redistributed.api.reports;

import io.redistributed.api.http.CostlyReads;
import io.redistributed.api.http.Routes;
import io.redistributed.queue.ReportQueue;
import io.redistributed.queue.WorkerState;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Serves {@code /workers}: the live workers of the cluster. */
public final class WorkersHandler {

    private static final String PATH = "/workers";

    private final ReportQueue queue;
    private final CostlyReads lists;

    public WorkersHandler(Vertx vertx, ReportQueue queue) {
        this.queue = queue;
        this.lists = CostlyReads.of(vertx, ReportsHandler.PATH);
    }

    public void mount(Routes routes) {
        routes.get(PATH).handler(routing -> lists.answer(routing, this::list));
    }

    private Future<Buffer> list() {
        return queue.workers().map(workers -> {
            JsonArray list = new JsonArray();
            workers.forEach(worker -> list.add(json(worker)));
            return new JsonObject().put("workers", list).toBuffer();
        });
    }

    public static JsonObject json(WorkerState worker) {
        return new JsonObject()
                .put("id", worker.id())
                .mergeIn(worker.information())
                .put("free", worker.free())
                .put("running", new JsonArray(worker.running()))
                .put("lastHeartbeat", ReportJson.text(worker.lastHeartbeat()));
    }
}
