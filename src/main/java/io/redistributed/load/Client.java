package io.redistributed.load;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A client of the service: one connection that is kept alive, for one request at a time. To be used on the event loop it was
 * made on. What is answered otherwise than it should be fails with an {@link UnexpectedAnswerException}; where there is no
 * answer, the connection is closed.
 */
final class Client {

    private static final Set<String> ENDED = Set.of("done", "failed", "cancelled");
    private static final int OK = 200;

    /** As long as a connection may be silent, and less. */
    private static final long LONGEST_WAIT_MILLIS = 30_000;

    private final HttpClientConnection connection;
    private boolean open = true;
    private long idleSince;

    Client(HttpClientConnection connection) {
        this.connection = connection;
        connection.closeHandler(closed -> open = false);
    }

    /** Asks for a report; whatever the answer. */
    Future<Answer> post(ReportRequest request) {
        return send(request.options(), request.body());
    }

    /**
     * The report once it has ended.
     *
     * @param giveUpAt by {@link System#nanoTime}; what has not ended by then is an error
     */
    Future<JsonObject> end(String id, long giveUpAt) {
        long left = TimeUnit.NANOSECONDS.toMillis(giveUpAt - System.nanoTime());
        long wait = Math.max(0, Math.min(left, LONGEST_WAIT_MILLIS));
        return get("/reports/" + id + "?wait=" + wait + "ms").compose(answer -> {
            JsonObject report = answer.json();
            if (ENDED.contains(report.getString("state"))) {
                return Future.succeededFuture(report);
            } else if (System.nanoTime() - giveUpAt > 0) {
                return Future.failedFuture(new UnexpectedAnswerException(
                        "report " + id + " is still " + report.getString("state") + " when patience has run out"));
            }
            return end(id, giveUpAt);
        });
    }

    /** The bytes of a report that is done. */
    Future<Buffer> result(String id) {
        return get("/reports/" + id + "/result").map(Answer::body);
    }

    /** The spans of a trace, once none is known to be missing, or after 10 s. */
    Future<JsonObject> trace(String traceId) {
        return get("/traces/" + traceId + "?wait=10s").map(Answer::json);
    }

    /**
     * A page of the list of reports, newest first.
     *
     * @param cursor of the page before; empty for the first
     */
    Future<JsonObject> page(String type, String cursor) {
        return get("/reports?limit=200&type=" + type + "&cursor=" + cursor).map(Answer::json);
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

    private Future<Answer> get(String path) {
        return send(new RequestOptions().setMethod(HttpMethod.GET).setURI(path), null)
                .compose(answer -> answer.status() == OK
                        ? Future.succeededFuture(answer)
                        : Future.failedFuture(
                                new UnexpectedAnswerException("GET " + path + " was answered by " + answer)));
    }

    private Future<Answer> send(RequestOptions options, Buffer body) {
        return connection
                .request(options)
                .compose(request -> body == null ? request.send() : request.send(body))
                .compose(response -> response.body().map(answer -> new Answer(response.statusCode(), answer)))
                .onFailure(cause -> close());
    }
}
