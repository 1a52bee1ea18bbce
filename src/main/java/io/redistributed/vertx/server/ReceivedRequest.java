package io.redistributed.vertx.server;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpUtils;
import io.vertx.core.http.impl.headers.HttpRequestHeaders;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;

/**
 * The head of a request as a server's tracer sees it. Vert.x passes the request itself over HTTP/1, but only its headers,
 * of an internal class, over HTTP/2.
 *
 * @param path null for {@code CONNECT} over HTTP/2
 * @param query null if there is none
 * @param authority null if the client sent none
 * @param version null for a version that Vert.x has no name for
 * @param peer address of the client; null over HTTP/2
 */
public record ReceivedRequest(
        HttpMethod method,
        String scheme,
        HostAndPort authority,
        String path,
        String query,
        HttpVersion version,
        MultiMap headers,
        SocketAddress peer) {

    /** Returns the request that Vert.x passes to a tracer, or null if that is no HTTP request. */
    public static ReceivedRequest of(Object request) {
        if (request instanceof HttpServerRequest http) {
            return new ReceivedRequest(
                    http.method(),
                    http.scheme(),
                    http.authority(),
                    http.path(),
                    http.query(),
                    http.version(),
                    http.headers(),
                    http.remoteAddress());
        }
        return request instanceof HttpRequestHeaders head ? of(head) : null;
    }

    private static ReceivedRequest of(HttpRequestHeaders head) {
        String uri = head.path();
        return new ReceivedRequest(
                head.method(),
                head.scheme(),
                authority(head),
                uri == null ? null : HttpUtils.parsePath(uri),
                uri == null ? null : HttpUtils.parseQuery(uri),
                HttpVersion.HTTP_2,
                head,
                null);
    }

    private static HostAndPort authority(HttpRequestHeaders head) {
        String host = head.authority() == null ? head.get(HttpHeaders.HOST) : null;
        return host == null ? head.authority() : HostAndPort.parseAuthority(host, -1);
    }
}
