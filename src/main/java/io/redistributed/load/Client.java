package io.redistributed.load;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A client of the service: one keep-alive connection, one request at a time. Used on the event loop that created it. An
 * unexpected response fails with an {@link UnexpectedAnswerException}; a missing response closes the connection.
 */
final class Client {

    private static final Set<String> ENDED = Set.of("done", "failed", "cancelled");
    private static final int OK = 200;
    private static final int BUSY = 503;

    /** Below the idle timeout of the connection. */
    private static final long LONGEST_WAIT_MILLIS = 30_000;

    private final HttpClientConnection connection;
    private final String token;
    private boolean open = true;
    private long idleSince;

    Client(HttpClientConnection connection, String token) {
        this.token = token;
        this.connection = connection;
        connection.closeHandler(closed -> open = false);
        // The request fails with it too, and is counted.
        connection.exceptionHandler(cause -> {});
    }

    /** Requests a report and returns the response, whatever its status. */
    Future<Answer> post(ReportRequest request) {
        return send(request.options(), request.body());
    }

    /**
     * Waits for the report to end and returns it.
     *
     * @param giveUpAt by {@link System#nanoTime}; a report still running then is an error
     */
    Future<JsonObject> end(String id, long giveUpAt) {
        long left = TimeUnit.NANOSECONDS.toMillis(giveUpAt - System.nanoTime());
        long wait = Math.max(0, Math.min(left, LONGEST_WAIT_MILLIS));
        return read("/reports/" + id + "?wait=" + wait + "ms").compose(answer -> {
            JsonObject report = answer.json();
            if (ENDED.contains(report.getString("state"))) {
                return Future.succeededFuture(report);
            } else if (System.nanoTime() - giveUpAt > 0) {
                return Future.failedFuture(new UnexpectedAnswerException(
                        "report " + id + " is still " + report.getString("state") + " at the end of --patience"));
            }
            return end(id, giveUpAt);
        });
    }

    /** Returns the result of a completed report. */
    Future<Buffer> result(String id) {
        return read("/reports/" + id + "/result").map(Answer::body);
    }

    /**
     * Returns the spans of a trace once no span is known to be missing, or after 10 s. Asks again a second later if too many
     * clients wait for traces.
     *
     * @param giveUpAt by {@link System#nanoTime}; a refusal after that is an error
     */
    Future<JsonObject> trace(String traceId, long giveUpAt) {
        String path = "/traces/" + traceId + "?wait=10s";
        return send(get(path), null).compose(answer -> {
            if (answer.status() == BUSY && System.nanoTime() - giveUpAt < 0) {
                return Vertx.currentContext()
                        .owner()
                        .timer(1, TimeUnit.SECONDS)
                        .compose(passed -> trace(traceId, giveUpAt));
            }
            return expected(path, answer).map(Answer::json);
        });
    }

    /**
     * Returns a page of the report list, newest first.
     *
     * @param cursor of the previous page; empty for the first
     */
    Future<JsonObject> page(String type, String cursor) {
        return read("/reports?limit=200&type=" + type + "&cursor=" + cursor).map(Answer::json);
    }

    boolean isOpen() {
        return open;
    }

    void idle() {
        idleSince = System.nanoTime();
    }

    long idleNanos() {
        return System.nanoTime() - idleSince;
    }

    void close() {
        open = false;
        connection.close();
    }

    private Future<Answer> read(String path) {
        return send(get(path), null).compose(answer -> expected(path, answer));
    }

    private static RequestOptions get(String path) {
        return new RequestOptions().setMethod(HttpMethod.GET).setURI(path);
    }

    private static Future<Answer> expected(String path, Answer answer) {
        return answer.status() == OK
                ? Future.succeededFuture(answer)
                : Future.failedFuture(new UnexpectedAnswerException("GET " + path + " returned " + answer));
    }

    private Future<Answer> send(RequestOptions options, LoadInput body) {
        return connection
                .request(options)
                .compose(request -> {
                    if (!token.isEmpty()) {
                        request.putHeader("authorization", "Bearer " + token);
                    }
                    return body == null ? request.send() : body.send(request);
                })
                .compose(response -> response.body().map(answer -> new Answer(response.statusCode(), answer)))
                .onFailure(cause -> close());
    }
}
