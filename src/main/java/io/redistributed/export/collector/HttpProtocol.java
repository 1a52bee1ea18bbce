package io.redistributed.export.collector;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * OTLP/HTTP with protobuf: <a href="https://opentelemetry.io/docs/specs/otlp/#otlphttp">OTLP/HTTP</a>.
 *
 * @param endpoint its path and query are those of each request
 */
record HttpProtocol(URI endpoint, boolean gzip) implements CollectorProtocol {

    private static final Set<Integer> RETRYABLE = Set.of(429, 502, 503, 504);
    private static final int SUCCESSES = 2;
    private static final String PROTOBUF = "application/x-protobuf";
    private static final String JSON = "application/json";
    private static final int MESSAGE_OF_STATUS = 2;
    private static final int MAX_REASON_CHARACTERS = 500;

    /** The older one is spoken everywhere; a server that prefers HTTP/2 says so in the TLS handshake. */
    @Override
    public HttpVersion version() {
        return "https".equals(endpoint.getScheme()) ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1;
    }

    @Override
    public void describe(RequestOptions request) {
        String path = endpoint.getRawPath().isEmpty() ? "/" : endpoint.getRawPath();
        request.setURI(endpoint.getRawQuery() == null ? path : path + '?' + endpoint.getRawQuery())
                .putHeader(HttpHeaders.CONTENT_TYPE, PROTOBUF);
        if (gzip) {
            request.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
        }
    }

    @Override
    public Buffer prefix(int length) {
        return Buffer.buffer(length);
    }

    @Override
    public Optional<CollectorException> failure(HttpClientResponse response, Buffer body) {
        int status = response.statusCode();
        return status / 100 == SUCCESSES
                ? Optional.empty()
                : Optional.of(new CollectorException(
                        "HTTP status " + status + ' ' + response.statusMessage() + reason(response, body),
                        String.valueOf(status),
                        RETRYABLE.contains(status),
                        RetryAfter.ofHttp(response)));
    }

    @Override
    public Buffer message(Buffer body) {
        return body;
    }

    /** Returns the message of a {@code google.rpc.Status}, the body that OTLP has for failures; some proxies send it in JSON. */
    private static String reason(HttpClientResponse response, Buffer body) {
        String type = String.valueOf(response.getHeader(HttpHeaders.CONTENT_TYPE))
                .split(";", 2)[0]
                .strip()
                .toLowerCase(Locale.ROOT);
        try {
            String message =
                    switch (type) {
                        case PROTOBUF -> messageOfProtobuf(body);
                        case JSON -> body.toJsonObject().getString("message", "");
                        default -> "";
                    };
            String reason = message.isEmpty() ? "" : ": " + message;
            return reason.substring(0, Math.min(reason.length(), MAX_REASON_CHARACTERS));
        } catch (InvalidProtocolBufferException | DecodeException | ClassCastException malformed) {
            return "";
        }
    }

    private static String messageOfProtobuf(Buffer body) throws InvalidProtocolBufferException {
        return UnknownFieldSet.parseFrom(body.getBytes()).getField(MESSAGE_OF_STATUS).getLengthDelimitedList().stream()
                .map(ByteString::toStringUtf8)
                .collect(Collectors.joining());
    }
}
