package io.redistributed.queue;

import io.redistributed.queue.Operation.Finish;
import io.redistributed.queue.Operation.Heartbeat;
import io.redistributed.queue.Operation.Submit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The expected data in Redis for the state of a {@link QueueModel}. */
final class ModelSnapshot {

    private final Snapshot snapshot = new Snapshot();

    private ModelSnapshot() {}

    static Snapshot of(QueueModel model) {
        ModelSnapshot stored = new ModelSnapshot();
        model.partition.reports.values().forEach(stored::add);
        model.partition.workers.values().forEach(worker -> stored.add(worker, model.partition.free(worker)));
        model.keys.forEach(stored::add);
        model.recent.forEach((created, ids) -> stored.entry("recent", String.join(" ", ids), created));
        model.ended.forEach(ending -> stored.item("ended", ending.when() + " " + String.join(" ", ending.ids())));
        model.typeSets.forEach((set, lastHeartbeat) -> stored.entry("typesets", set, lastHeartbeat));
        model.descriptions.forEach((type, description) -> {
            stored.entry("types", type, description.text());
            stored.entry("announcers", type, description.worker());
        });
        stored.text("bytes", model.bytes());
        if (!model.turns.isEmpty()) {
            stored.text("turns", String.join(" ", model.turns) + " ");
        }
        stored.text("reaped", model.reaped);
        stored.text("grace", model.grace);
        return stored.snapshot;
    }

    private void add(ModelReport report) {
        String id = report.id();
        String key = "report:" + id;
        Submit request = report.request;
        field(key, "state", report.state.text());
        field(key, "type", request.type());
        field(key, "head", report.head());
        field(key, "bytes of head", report.headBytes());
        field(key, "trace", request.trace());
        field(key, "created", report.created);
        entry(key, "attempt", String.valueOf(report.attempt));
        field(key, "worker", report.worker);
        field(key, "started", report.started);
        field(key, "waiting", report.waiting ? "true" : null);
        field(key, "progress", report.progress);
        field(key, "previous", report.previous);
        field(key, "cancelled", report.cancelled);
        field(key, "failures", report.failures);
        field(key, "crashes", report.crashes);
        field(key, "undelivered", report.undelivered);
        field(key, "error", report.error);
        report.errors.forEach((attempt, error) -> field(key, "error:" + attempt, error));
        field(key, "ended", report.ended);
        if (report.state == ReportState.RUNNING) {
            String input = request.hasInput() ? " " + Submit.INPUT.length() : "";
            entry("leased:" + report.worker, id, report.attempt + input);
        } else if (report.isWaiting()) {
            entry("waiting:" + report.queue(), id, report.place());
            member("waiting", report.queue());
        } else if (report.isDelayed()) {
            entry("delayed", id, report.due);
        }
        if (report.state == ReportState.DONE) {
            field(key, "contentType", Finish.CONTENT_TYPE);
            field(key, "size", Finish.RESULT.length());
            field(key, "result", Finish.RESULT);
        } else if (request.hasInput()) {
            text("input:" + id, Submit.INPUT);
            field(key, "input", Submit.INPUT.length());
        }
    }

    private void add(ModelPartition.Worker worker, int free) {
        String key = "worker:" + worker.name;
        entry(key, "types", worker.typeSet());
        entry(key, "slots", String.valueOf(worker.slots));
        entry(key, "info", Heartbeat.INFORMATION);
        entry(key, "sequence", String.valueOf(worker.sequence));
        entry("heartbeats", worker.name, worker.lastHeartbeat);
        if (worker.listed) {
            entry("workers:" + worker.typeSet(), worker.name, (long) free);
        }
    }

    private void add(String name, QueueModel.IdempotencyKey made) {
        text("idempotency:" + name, made.id() + " " + made.fingerprint());
        expires("idempotency:" + name, made.expires());
    }

    private void field(String key, String field, Object value) {
        if (value != null && !value.equals(0) && !value.equals(0L)) {
            entry(key, field, value.toString());
        }
    }

    @SuppressWarnings("unchecked") // as just made
    private void entry(String key, String name, Object value) {
        ((Map<String, Object>) snapshot.values().computeIfAbsent(key, any -> new HashMap<>())).put(name, value);
    }

    @SuppressWarnings("unchecked")
    private void member(String key, String name) {
        ((Set<String>) snapshot.values().computeIfAbsent(key, any -> new TreeSet<>())).add(name);
    }

    @SuppressWarnings("unchecked")
    private void item(String key, String item) {
        ((List<String>) snapshot.values().computeIfAbsent(key, any -> new ArrayList<>())).add(item);
    }

    private void text(String key, Object value) {
        if (value != null) {
            snapshot.values().put(key, value.toString());
        }
    }

    private void expires(String key, Long at) {
        if (at != null) {
            snapshot.expiries().put(key, at);
        }
    }
}
