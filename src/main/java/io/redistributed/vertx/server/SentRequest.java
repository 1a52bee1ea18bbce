package io.redistributed.vertx.server;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.impl.headers.HttpRequestHeaders;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.observability.HttpRequest;

/**
 * The head of a request as a client's tracer sees it. Vert.x passes a public type over HTTP/1, but only the headers, of an
 * internal class, over HTTP/2.
 *
 * @param url absolute
 * @param peer address of the server; null over HTTP/2
 */
public record SentRequest(HttpMethod method, String url, SocketAddress peer) {

    /** Returns the request that Vert.x passes to a tracer, or null if that is no HTTP request. */
    public static SentRequest of(Object request) {
        if (request instanceof HttpRequest http) {
            return new SentRequest(http.method(), http.absoluteURI(), http.remoteAddress());
        }
        return request instanceof HttpRequestHeaders head
                ? new SentRequest(head.method(), head.absoluteUri(), null)
                : null;
    }
}
