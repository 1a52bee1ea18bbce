package io.redistributed.api.reports;

import io.redistributed.api.http.ProblemException;
import io.redistributed.api.http.QueryParameters;
import io.redistributed.api.http.RequestBodies;
import io.redistributed.queue.NewReport;
import io.redistributed.settings.Settings;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;

/** Parses and validates submitted reports. */
final class ReportRequests {

    private static final int MAX_BATCH = 100;
    private static final int MAX_ON_EVENT_LOOP = 1 << 16;
    private static final int MAX_PARAMETER_BYTES = 1 << 16;

    /** How much longer JSON can get when it is encoded again: {@code 1e6} becomes {@code 1000000.0}. */
    private static final int MAX_GROWTH = 4;

    private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9-]{0,63}");
    private static final Pattern INTEGER = Pattern.compile("-?\\d{1,18}");
    private static final Set<String> KEYS = Set.of("type", "parameters", "input", "timeout", "priority");

    private final ReportTypes types;

    ReportRequests(ReportTypes types) {
        this.types = types;
    }

    /**
     * Reads a report without its input, which is the body. {@code timeout} and {@code priority} are as in JSON, and the
     * query parameters other than {@code type} are the report's parameters.
     */
    Future<NewReport> raw(RoutingContext routing) {
        return raw(routing.queryParams()).compose(report -> types.check(report, ""));
    }

    /** Reads one report as JSON {@code {type, parameters, input, timeout, priority}}. */
    Future<NewReport> one(RoutingContext routing) {
        Buffer body = RequestBodies.whole(routing);
        BodyFormat.of(routing).checkForm(routing, body);
        return parsed(routing, body, () -> report(json(body), "", body.length()))
                .compose(report -> types.check(report, ""));
    }

    /** Reads a JSON array of 1 to 100 reports. One invalid report rejects the batch. */
    Future<List<NewReport>> batch(RoutingContext routing) {
        Buffer body = RequestBodies.whole(routing);
        BodyFormat.of(routing).checkForm(routing, body);
        return parsed(routing, body, () -> reports(json(body), body.length())).compose(asked -> {
            List<Future<NewReport>> reports = new ArrayList<>();
            for (NewReport report : asked) {
                reports.add(types.check(report, "[" + reports.size() + "]."));
            }
            return Future.all(reports)
                    .map(all -> reports.stream().map(Future::result).toList());
        });
    }

    /** Parses long bodies off the event loop. */
    private static <T> Future<T> parsed(RoutingContext routing, Buffer body, Callable<T> parser) {
        if (body.length() > MAX_ON_EVENT_LOOP) {
            return routing.vertx().executeBlocking(parser, false);
        }
        try {
            return Future.succeededFuture(parser.call());
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }

    private static List<NewReport> reports(Object body, int bytes) {
        if (!(body instanceof JsonArray array) || array.isEmpty() || array.size() > MAX_BATCH) {
            throw new ProblemException(
                    400,
                    "the body must be a JSON array of 1 to " + MAX_BATCH
                            + " reports {\"type\":…, \"parameters\":{…}, \"input\":…}");
        }
        List<NewReport> reports = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            reports.add(report(array.getValue(i), "[" + i + "].", bytes));
        }
        return reports;
    }

    private Future<NewReport> raw(MultiMap query) {
        QueryParameters.checkOnce(query);
        String type = type(query.get("type"), "");
        return types.find(type).map(known -> {
            JsonObject parameters = new JsonObject();
            for (Map.Entry<String, String> entry : query) {
                String text = entry.getValue();
                parameters.put(
                        entry.getKey(),
                        known.map(it -> it.typed(entry.getKey(), text)).orElse(text));
            }
            parameters.remove("type");
            Object timeout = parameters.remove("timeout");
            Object priority = parameters.remove("priority");
            return new NewReport(
                    type, parameters, Buffer.buffer(), timeout(timeout, ""), priority(number(priority), ""));
        });
    }

    /** @param bytes size of the whole body */
    private static NewReport report(Object value, String place, int bytes) {
        if (!(value instanceof JsonObject json)) {
            throw new ProblemException(
                    400,
                    (place.isEmpty() ? "the body" : place.substring(0, place.length() - 1))
                            + " must be a JSON object {\"type\":…, \"parameters\":{…}, \"input\":…}"
                            + (place.isEmpty() ? "; to send raw input as the body, set ?type=" : ""));
        }
        for (String key : json.fieldNames()) {
            if (!KEYS.contains(key)) {
                throw new ProblemException(
                        400, place + key + ": unknown key; allowed are input, parameters, priority, timeout, type");
            }
        }
        String type = type(json.getValue("type"), place);
        Object parameters = json.getValue("parameters", new JsonObject());
        if (!(parameters instanceof JsonObject)) {
            throw new ProblemException(400, place + "parameters: must be a JSON object");
        }
        if (bytes > MAX_PARAMETER_BYTES / MAX_GROWTH
                && ((JsonObject) parameters).toBuffer().length() > MAX_PARAMETER_BYTES) {
            throw new ProblemException(
                    400, place + "parameters: more than " + MAX_PARAMETER_BYTES + " bytes; send large data as input");
        }
        Object input = json.getValue("input", "");
        if (!(input instanceof String)) {
            throw new ProblemException(400, place + "input: must be a string; to send bytes, use the body with ?type=");
        }
        return new NewReport(
                type,
                (JsonObject) parameters,
                Buffer.buffer((String) input),
                timeout(json.getValue("timeout"), place),
                priority(json.getValue("priority"), place));
    }

    private static Duration timeout(Object value, String place) {
        if (value == null) {
            return null;
        }
        return (value instanceof String text ? Settings.parseDuration(text) : Optional.<Duration>empty())
                .filter(timeout -> timeout.compareTo(NewReport.SHORTEST_TIMEOUT) >= 0
                        && timeout.compareTo(NewReport.LONGEST_TIMEOUT) <= 0)
                .orElseThrow(() -> new ProblemException(
                        400, place + "timeout: " + value + " is not a duration from 100ms to 24h, such as 30s or 5m"));
    }

    private static int priority(Object value, String place) {
        if (value == null) {
            return 0;
        }
        if (!(value instanceof Number number)
                || number.doubleValue() != number.intValue()
                || number.intValue() < 0
                || number.intValue() > NewReport.HIGHEST_PRIORITY) {
            throw new ProblemException(
                    400,
                    place + "priority: " + value + " is not a whole number from 0 to " + NewReport.HIGHEST_PRIORITY);
        }
        return number.intValue();
    }

    private static Object number(Object text) {
        return text != null && INTEGER.matcher(text.toString()).matches() ? Long.valueOf(text.toString()) : text;
    }

    private static String type(Object value, String place) {
        if (!(value instanceof String type) || !TYPE.matcher(type).matches()) {
            throw new ProblemException(
                    400,
                    place + "type: " + (value == null ? "missing" : "'" + value + "' is invalid")
                            + "; must be lower-case letters, digits and -, at most 64 characters");
        }
        return type;
    }

    private static Object json(Buffer body) {
        return RequestJson.read(body, "; to send raw input as the body, set ?type=");
    }
}
