package io.redistributed.api.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Checks the rules of RFC 9112 on message framing and routing that Netty does not. A server that frames a request
 * differently than the proxy in front of it can be made to send one client the response of another (request smuggling).
 */
final class RequestFraming {

    /** The characters of RFC 3986, among which no user and no second name can be. */
    private static final Pattern HOST = Pattern.compile("[\\w.~!$&'()*+;=%:\\[\\]-]*");

    private RequestFraming() {}

    /** @throws FramingException if the request has to be rejected and its connection closed */
    static void check(HttpRequest request) {
        HttpVersion version = request.protocolVersion();
        boolean isHttp10 = version == HttpVersion.HTTP_1_0;
        // By identity, as in Vert.x: a lower-case http/1.1 is another version.
        if (!isHttp10 && version != HttpVersion.HTTP_1_1) {
            // The response takes the version of the request.
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
        if (!hosts.isEmpty() && !HOST.matcher(hosts.get(0)).matches()) {
            throw new FramingException(400, "Host: \"" + hosts.get(0) + "\" is not a host name with an optional port");
        }
    }
}
