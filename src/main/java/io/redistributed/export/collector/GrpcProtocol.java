package io.redistributed.export.collector;

import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import io.redistributed.settings.Urls;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * Unary gRPC calls: <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">gRPC over HTTP/2</a>. A body is one byte
 * for the compression, four for the length of the message (big-endian), and the message.
 *
 * @param method service and method, {@code package.Service/Method}
 * @param otlp whether the server speaks OTLP, where RESOURCE_EXHAUSTED without {@code RetryInfo} is final; Jaeger's own
 *     collectors answer it while their queue is full
 */
record GrpcProtocol(String method, boolean gzip, boolean otlp) implements CollectorProtocol {

    private static final int PREFIX_BYTES = 5;
    private static final String STATUS = "grpc-status";
    private static final String MESSAGE = "grpc-message";

    /** As <a href="https://opentelemetry.io/docs/specs/otlp/#failures">OTLP</a> has it, besides RESOURCE_EXHAUSTED. */
    private static final Set<GrpcStatusCode> RETRYABLE = EnumSet.of(
            GrpcStatusCode.CANCELLED,
            GrpcStatusCode.DEADLINE_EXCEEDED,
            GrpcStatusCode.ABORTED,
            GrpcStatusCode.OUT_OF_RANGE,
            GrpcStatusCode.UNAVAILABLE,
            GrpcStatusCode.DATA_LOSS);

    /** What servers say to a message beyond their limit, as RESOURCE_EXHAUSTED: those in Go and C++, and in Java. */
    private static final Pattern TOO_LONG = Pattern.compile("larger than max|exceeds maximum size");

    @Override
    public HttpVersion version() {
        return HttpVersion.HTTP_2;
    }

    @Override
    public void describe(RequestOptions request) {
        request.setURI('/' + method)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/grpc")
                .putHeader("te", "trailers");
        if (gzip) {
            request.putHeader("grpc-encoding", "gzip").putHeader("grpc-accept-encoding", "gzip");
        }
    }

    @Override
    public Buffer prefix(int length) {
        return Buffer.buffer(PREFIX_BYTES + length)
                .appendByte((byte) (gzip ? 1 : 0))
                .appendInt(length);
    }

    /** A response without a message has its status among the headers. */
    @Override
    public Optional<CollectorException> failure(HttpClientResponse response, Buffer body) {
        String status = field(response, STATUS);
        GrpcStatusCode code = status == null ? ofHttp(response.statusCode()) : of(status);
        if (code == GrpcStatusCode.OK) {
            return Optional.empty();
        }
        String message = status == null ? "HTTP status " + response.statusCode() : field(response, MESSAGE);
        String why = message == null ? "" : decoded(message);
        Optional<Duration> retryInfo = RetryAfter.ofGrpc(response);
        return Optional.of(new CollectorException(
                ("gRPC status " + code.name() + ' ' + why).strip(),
                code.name(),
                code == GrpcStatusCode.RESOURCE_EXHAUSTED
                        ? retryInfo.isPresent()
                                || !otlp && !TOO_LONG.matcher(why).find()
                        : RETRYABLE.contains(code),
                status == null ? RetryAfter.ofHttp(response) : retryInfo.orElse(Duration.ZERO)));
    }

    @Override
    public Buffer message(Buffer body) {
        if (body.length() < PREFIX_BYTES) {
            return Buffer.buffer();
        }
        Buffer message = body.slice(PREFIX_BYTES, body.length());
        return body.getByte(0) == 0 ? message : inflated(message);
    }

    /** Servers in Go compress as the request does. Returns an empty message for a cut or malformed one. */
    private static Buffer inflated(Buffer message) {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(message.getBytes()))) {
            return Buffer.buffer(in.readNBytes(CollectorClient.MAX_RESPONSE_BYTES));
        } catch (IOException malformed) {
            return Buffer.buffer();
        }
    }

    static String field(HttpClientResponse response, String name) {
        String trailer = response.getTrailer(name);
        return trailer == null ? response.getHeader(name) : trailer;
    }

    private static GrpcStatusCode of(String status) {
        for (GrpcStatusCode code : GrpcStatusCode.values()) {
            if (status.equals(String.valueOf(code.getValue()))) {
                return code;
            }
        }
        return GrpcStatusCode.UNKNOWN;
    }

    /** What a proxy answers: <a href="https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md">HTTP to gRPC status</a>. */
    private static GrpcStatusCode ofHttp(int status) {
        return switch (status) {
            case 400 -> GrpcStatusCode.INTERNAL;
            case 401 -> GrpcStatusCode.UNAUTHENTICATED;
            case 403 -> GrpcStatusCode.PERMISSION_DENIED;
            case 404 -> GrpcStatusCode.UNIMPLEMENTED;
            case 429, 502, 503, 504 -> GrpcStatusCode.UNAVAILABLE;
            default -> GrpcStatusCode.UNKNOWN;
        };
    }

    private static String decoded(String message) {
        try {
            return Urls.percentDecoded(message);
        } catch (IllegalArgumentException malformed) {
            return message;
        }
    }
}
