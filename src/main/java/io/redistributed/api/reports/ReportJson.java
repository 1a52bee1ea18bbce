package io.redistributed.api.reports;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.redistributed.api.traces.TraceRoutes;
import io.redistributed.queue.Report;
import io.redistributed.queue.ReportState;
import io.redistributed.queue.Submitted;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/** Writes reports in the API's JSON format. */
public final class ReportJson {

    private static final JsonFactory FACTORY = new JsonFactory();

    /** Unlike {@link Instant#toString}, which leaves out zeros, so its texts do not sort by time. */
    private static final DateTimeFormatter RFC_3339_MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private ReportJson() {}

    /** Writes the content of a response. */
    interface Content {
        void write(JsonGenerator json) throws IOException;
    }

    static Buffer answer(Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            content.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Buffer.buffer(bytes.toByteArray());
    }

    /** Writes an accepted report; {@code workers: 0} if no worker for its type is running. */
    static void accepted(JsonGenerator json, Submitted report, String type, boolean hasWorker) throws IOException {
        String path = ReportsHandler.PATH + '/' + report.id();
        json.writeStartObject();
        json.writeStringField("id", report.id());
        json.writeStringField("type", type);
        json.writeStringField("state", ReportState.QUEUED.text());
        json.writeStringField("traceId", report.traceId());
        if (!hasWorker) {
            json.writeNumberField("workers", 0);
        }
        json.writeObjectFieldStart("links");
        json.writeStringField("self", path);
        json.writeStringField("result", path + "/result");
        if (!report.traceId().isEmpty()) {
            json.writeStringField("trace", TraceRoutes.PREFIX + report.traceId());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    public static JsonObject of(Report report) {
        JsonObject json = new JsonObject()
                .put("id", report.id())
                .put("type", report.type())
                .put("state", report.state().text())
                .put("traceId", report.traceId())
                .put("attempt", report.attempt());
        putIfPresent(json, "worker", report.worker());
        putIfPresent(json, "progress", report.progress());
        putIfPresent(json, "created", text(report.created()));
        putIfPresent(json, "started", text(report.started()));
        putIfPresent(json, "ended", text(report.ended()));
        putIfPresent(json, "error", report.error());
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
        String path = ReportsHandler.PATH + '/' + report.id();
        JsonObject links = new JsonObject().put("self", path).put("result", path + "/result");
        if (!report.traceId().isEmpty()) {
            links.put("trace", TraceRoutes.PREFIX + report.traceId());
        }
        String attemptTraceId = report.attemptTraceId();
        if (!attemptTraceId.isEmpty() && !attemptTraceId.equals(report.traceId())) {
            json.put("attemptTraceId", attemptTraceId);
            links.put("attemptTrace", TraceRoutes.PREFIX + attemptTraceId);
        }
        return json.put("links", links);
    }

    /** Returns a time as the API shows it, with milliseconds; null for null. */
    public static String text(Instant time) {
        return time == null ? null : RFC_3339_MILLIS.format(time);
    }

    private static void putIfPresent(JsonObject json, String key, Object value) {
        if (value != null) {
            json.put(key, value);
        }
    }
}
