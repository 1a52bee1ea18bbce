package io.redistributed.api;

import io.redistributed.queue.Report;
import io.redistributed.queue.ReportState;
import io.redistributed.queue.Submitted;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;

/** Reports as the API shows them. */
final class ReportJson {

    private ReportJson() {}

    /** A report that was just taken; {@code workers: 0} if it waits for the first worker of its type. */
    static JsonObject accepted(Submitted report, String type, boolean hasWorker) {
        JsonObject json = head(report.id(), type, ReportState.QUEUED, report.traceId());
        putIfThere(json, "workers", hasWorker ? null : 0);
        return json.put("links", links(report.id(), report.traceId()));
    }

    static JsonObject of(Report report) {
        JsonObject json = head(report.id(), report.type(), report.state(), report.traceId())
                .put("attempt", report.attempt());
        putIfThere(json, "worker", report.worker());
        putIfThere(json, "progress", report.progress());
        putIfThere(json, "created", text(report.created()));
        putIfThere(json, "started", text(report.started()));
        putIfThere(json, "ended", text(report.ended()));
        putIfThere(json, "error", report.error());
        if (!report.errors().isEmpty()) {
            JsonArray errors = new JsonArray();
            report.errors()
                    .forEach((attempt, error) ->
                            errors.add(new JsonObject().put("attempt", attempt).put("error", error)));
            json.put("errors", errors);
        }
        if (report.state() == ReportState.DONE) {
            json.put("contentType", report.contentType()).put("size", report.size());
        }
        JsonObject links = links(report.id(), report.traceId());
        String attemptTraceId = report.attemptTraceId();
        if (!attemptTraceId.isEmpty() && !attemptTraceId.equals(report.traceId())) {
            json.put("attemptTraceId", attemptTraceId);
            links.put("attemptTrace", TracesHandler.PREFIX + attemptTraceId);
        }
        return json.put("links", links);
    }

    private static JsonObject head(String id, String type, ReportState state, String traceId) {
        return new JsonObject()
                .put("id", id)
                .put("type", type)
                .put("state", state.text())
                .put("traceId", traceId);
    }

    private static JsonObject links(String id, String traceId) {
        JsonObject links = new JsonObject().put("self", "/reports/" + id).put("result", "/reports/" + id + "/result");
        return traceId.isEmpty() ? links : links.put("trace", TracesHandler.PREFIX + traceId);
    }

    private static String text(Instant time) {
        return time == null ? null : time.toString();
    }

    private static void putIfThere(JsonObject json, String key, Object value) {
        if (value != null) {
            json.put(key, value);
        }
    }
}
