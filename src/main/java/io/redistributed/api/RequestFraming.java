package io.redistributed.api;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;

/**
 * The rules of RFC 9112 about where a request ends and whom it is for, as far as Netty does not check them. A server that
 * reads a request in another way than the proxy ahead of it can be made to answer one client with another's answer.
 */
final class RequestFraming {

    private RequestFraming() {}

    /** @throws FramingException if the request has to be refused and its connection closed */
    static void check(HttpRequest request) {
        HttpVersion version = request.protocolVersion();
        boolean isHttp10 = version == HttpVersion.HTTP_1_0;
        // By identity, as Vert.x compares them: http/1.1 in small letters is another version.
        if (!isHttp10 && version != HttpVersion.HTTP_1_1) {
            // The answer is of the request's version.
            request.setProtocolVersion(HttpVersion.HTTP_1_1);
            throw new FramingException(505, "the version of the request must be HTTP/1.1 or HTTP/1.0");
        }
        HttpHeaders headers = request.headers();
        if (headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            checkTransferEncoding(headers, isHttp10);
        }
        checkHost(headers, isHttp10);
    }

    private static void checkTransferEncoding(HttpHeaders headers, boolean isHttp10) {
        if (isHttp10) {
            throw new FramingException(400, "HTTP/1.0 has no Transfer-Encoding");
        }
        if (headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            throw new FramingException(400, "the request has both Content-Length and Transfer-Encoding");
        }
        String codings = String.join(", ", headers.getAll(HttpHeaderNames.TRANSFER_ENCODING));
        if (!codings.equalsIgnoreCase("chunked")) {
            boolean isChunkedLast = codings.matches("(?i)(.*[,\\s])?chunked\\s*");
            throw new FramingException(
                    isChunkedLast ? 501 : 400, "Transfer-Encoding: \"" + codings + "\" is not supported; send chunked");
        }
    }

    private static void checkHost(HttpHeaders headers, boolean isHttp10) {
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        if (hosts.size() > 1) {
            throw new FramingException(400, "the request has " + hosts.size() + " Host headers; send one");
        }
        if (hosts.isEmpty() && !isHttp10) {
            throw new FramingException(400, "the request has no Host header");
        }
    }
}
