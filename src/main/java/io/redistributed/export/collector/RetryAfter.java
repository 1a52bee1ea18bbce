package io.redistributed.export.collector;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Optional;

/** How long a collector asks its clients to wait, at most {@link ExporterSettings#LONGEST}. */
final class RetryAfter {

    private static final String DETAILS = "grpc-status-details-bin";
    private static final String RETRY_INFO = "/google.rpc.RetryInfo";
    private static final int DETAILS_OF_STATUS = 3;
    private static final int DELAY_OF_RETRY_INFO = 1;

    private RetryAfter() {}

    /** Reads {@code Retry-After}: seconds, or a date (<a href="https://www.rfc-editor.org/rfc/rfc9110#field.retry-after">RFC 9110</a>). Returns zero if it is absent or illegible. */
    static Duration ofHttp(HttpClientResponse response) {
        String value = response.getHeader(HttpHeaders.RETRY_AFTER);
        if (value == null) {
            return Duration.ZERO;
        }
        try {
            return bounded(
                    value.chars().allMatch(Character::isDigit)
                            ? Duration.ofSeconds(Long.parseLong(value))
                            : Duration.between(
                                    Instant.now(), DateTimeFormatter.RFC_1123_DATE_TIME.parse(value, Instant::from)));
        } catch (DateTimeException | NumberFormatException illegible) {
            return Duration.ZERO;
        }
    }

    /**
     * Reads {@code grpc-status-details-bin}: a {@code google.rpc.Status}, whose third field has the details, among them a
     * {@code google.rpc.RetryInfo}, whose first field is a {@code google.protobuf.Duration}. Returns empty if there is no legible
     * {@code RetryInfo}.
     */
    static Optional<Duration> ofGrpc(HttpClientResponse response) {
        String value = GrpcProtocol.field(response, DETAILS);
        if (value == null) {
            return Optional.empty();
        }
        try {
            UnknownFieldSet status =
                    UnknownFieldSet.parseFrom(Base64.getDecoder().decode(value));
            for (ByteString detail : status.getField(DETAILS_OF_STATUS).getLengthDelimitedList()) {
                Any any = Any.parseFrom(detail);
                if (any.getTypeUrl().endsWith(RETRY_INFO)) {
                    return Optional.of(delay(UnknownFieldSet.parseFrom(any.getValue())));
                }
            }
            return Optional.empty();
        } catch (InvalidProtocolBufferException | IllegalArgumentException | ArithmeticException illegible) {
            return Optional.empty();
        }
    }

    private static Duration delay(UnknownFieldSet retryInfo) throws InvalidProtocolBufferException {
        Duration delay = Duration.ZERO;
        for (ByteString value : retryInfo.getField(DELAY_OF_RETRY_INFO).getLengthDelimitedList()) {
            com.google.protobuf.Duration read = com.google.protobuf.Duration.parseFrom(value);
            delay = bounded(Duration.ofSeconds(read.getSeconds(), read.getNanos()));
        }
        return delay;
    }

    private static Duration bounded(Duration wait) {
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return wait.compareTo(ExporterSettings.LONGEST) < 0 ? wait : ExporterSettings.LONGEST;
    }
}
