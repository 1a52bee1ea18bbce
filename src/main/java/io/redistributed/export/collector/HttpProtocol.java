package io.redistributed.export.collector;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * OTLP/HTTP with protobuf: <a href="https://opentelemetry.io/docs/specs/otlp/#otlphttp">OTLP/HTTP</a>.
 *
 * @param endpoint its path and query are those of each request
 */
record HttpProtocol(URI endpoint, boolean gzip) implements CollectorProtocol {

    private static final Set<Integer> RETRYABLE = Set.of(429, 502, 503, 504);
    private static final int SUCCESSES = 2;

    /** The older one is spoken everywhere; a server that prefers HTTP/2 says so in the TLS handshake. */
    @Override
    public HttpVersion version() {
        return "https".equals(endpoint.getScheme()) ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1;
    }

    @Override
    public void describe(RequestOptions request) {
        String path = endpoint.getRawPath().isEmpty() ? "/" : endpoint.getRawPath();
        request.setURI(endpoint.getRawQuery() == null ? path : path + '?' + endpoint.getRawQuery())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/x-protobuf");
        if (gzip) {
            request.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
        }
    }

    @Override
    public Buffer prefix(int length) {
        return Buffer.buffer(length);
    }

    @Override
    public Optional<CollectorException> failure(HttpClientResponse response) {
        int status = response.statusCode();
        return status / 100 == SUCCESSES
                ? Optional.empty()
                : Optional.of(new CollectorException(
                        "HTTP status " + status + " " + response.statusMessage(),
                        String.valueOf(status),
                        RETRYABLE.contains(status),
                        RetryAfter.ofHttp(response)));
    }

    @Override
    public Buffer message(Buffer body) {
        return body;
    }
}
