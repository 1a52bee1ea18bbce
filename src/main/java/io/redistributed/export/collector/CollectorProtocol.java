package io.redistributed.export.collector;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.util.Optional;

/** How a message travels over HTTP, and what the response means. */
interface CollectorProtocol {

    HttpVersion version();

    /** Sets the path and the headers that every request has. */
    void describe(RequestOptions request);

    /** Returns a new buffer with what comes before a message of that many bytes in a body. */
    Buffer prefix(int length);

    /**
     * Returns why the call failed; empty if it did not.
     *
     * @param response received whole, with its trailers
     * @param body of the response, which may be cut
     */
    Optional<CollectorException> failure(HttpClientResponse response, Buffer body);

    /** Returns the message in the body of a response, which may be cut. */
    Buffer message(Buffer body);
}
