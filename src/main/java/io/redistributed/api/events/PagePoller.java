package io.redistributed.api.events;

import io.redistributed.api.reports.ReportJson;
import io.redistributed.api.reports.WorkersHandler;
import io.redistributed.export.SpanPipeline;
import io.redistributed.queue.QueueFigures;
import io.redistributed.queue.Report;
import io.redistributed.queue.ReportFilter;
import io.redistributed.queue.ReportQueue;
import io.redistributed.queue.WorkerState;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Polls what the page shows: latest reports, workers and queue figures. Makes three calls to each partition. */
final class PagePoller implements EventTopic.Poller {

    private static final long MILLIS = 1000;
    private static final long MILLIS_WHILE_RUNNING = 500;
    private static final int REPORTS = 200;
    private static final String WORKERS = "workers";
    static final String FIGURES = "figures";

    private final Vertx vertx;

    PagePoller(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public Future<Long> poll(ReportQueue queue, EventTopic topic) {
        Future<List<Report>> reports =
                queue.list(new ReportFilter(null, null, REPORTS, "")).map(page -> page.reports());
        Future<List<WorkerState>> workers = queue.workers();
        Future<QueueFigures> figures = queue.figures();
        return Future.all(reports, workers, figures).map(all -> {
            put(topic, reports.result(), workers.result(), figures.result());
            boolean busy =
                    reports.result().stream().anyMatch(report -> !report.state().isTerminal());
            return busy ? MILLIS_WHILE_RUNNING : MILLIS;
        });
    }

    private void put(EventTopic topic, List<Report> reports, List<WorkerState> workers, QueueFigures figures) {
        Set<String> subjects = new HashSet<>(Set.of(WORKERS, FIGURES));
        // In order of creation, so that clients receive the newest last.
        for (int i = reports.size() - 1; i >= 0; i--) {
            Report report = reports.get(i);
            subjects.add(report.id());
            topic.put(report.id(), "report", ReportJson.of(report));
        }
        topic.retain(subjects);
        Sample sample = Sample.of(reports, REPORTS, Instant.now());
        topic.put(WORKERS, WORKERS, workers(workers, figures, sample));
        topic.put(FIGURES, FIGURES, figures(figures, sample));
    }

    private static JsonObject workers(List<WorkerState> workers, QueueFigures figures, Sample sample) {
        JsonArray list = new JsonArray();
        workers.forEach(worker ->
                list.add(WorkersHandler.json(worker).put("endedPerMinute", sample.endedPerMinute(worker.id()))));
        return new JsonObject()
                .put("workers", list)
                .put(
                        "queue",
                        new JsonObject()
                                .put("waiting", figures.waiting())
                                .put("delayed", figures.delayed())
                                .put("running", figures.running())
                                .put("waitedMillis", figures.waited().toMillis()));
    }

    private JsonObject figures(QueueFigures figures, Sample sample) {
        return new JsonObject()
                .put("time", ReportJson.text(Instant.now()))
                .put("reportsPerSecond", figures.perSecond())
                .put("latencyMillis", sample.latencies())
                .put("spans", SpanPipeline.of(vertx).figures());
    }
}
