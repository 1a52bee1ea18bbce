package io.redistributed.api.reports;

import io.redistributed.api.http.MemoryBudget;
import io.redistributed.api.http.ProblemException;
import io.redistributed.api.http.RequestEnd;
import io.redistributed.queue.StoredResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** Streams a result at the speed of its client, with one chunk in memory. Used on the request's context. */
final class ResultStream {

    /** One chunk from Redis and one in the socket's write queue. */
    private static final int BUFFERED_BYTES = 2 * StoredResult.CHUNK_BYTES;

    private final HttpServerResponse response;
    private final StoredResult result;
    private final Promise<Void> sent = Promise.promise();
    private long offset;

    private ResultStream(HttpServerResponse response, StoredResult result) {
        this.response = response;
        this.result = result;
    }

    /**
     * Sends head and body.
     *
     * @return completes when everything is sent; fails with a {@link ProblemException} (503) before anything is sent if
     *     the memory budget is exhausted, or with another error halfway
     */
    static Future<Void> send(RoutingContext routing, MemoryBudget budget, StoredResult result) {
        HttpServerResponse response = routing.response();
        response.putHeader("content-length", String.valueOf(result.size()));
        if (routing.request().method() == HttpMethod.HEAD) {
            return response.end();
        }
        if (response.closed()) {
            return Future.failedFuture("the client disconnected");
        }
        Runnable release = budget.reserve(Math.min(result.size(), BUFFERED_BYTES));
        ResultStream stream = new ResultStream(response, result);
        RequestEnd.of(routing).onFailure(stream.sent::tryFail);
        stream.next();
        return stream.sent.future().onComplete(done -> release.run());
    }

    private void next() {
        result.chunk(offset).onSuccess(this::write).onFailure(sent::tryFail);
    }

    private void write(Buffer chunk) {
        if (response.closed()) {
            return;
        }
        offset += chunk.length();
        if (offset == result.size()) {
            response.end(chunk).onSuccess(sent::tryComplete).onFailure(sent::tryFail);
            return;
        }
        response.write(chunk);
        if (response.writeQueueFull()) {
            response.drainHandler(drained -> {
                response.drainHandler(null);
                next();
            });
        } else {
            next();
        }
    }
}
