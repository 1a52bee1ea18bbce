package io.redistributed.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.rpc.DebugInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.redistributed.LogCapture;
import io.redistributed.testing.GrpcCollector;
import io.redistributed.testing.JaegerCollector;
import io.redistributed.testing.OtlpCollector;
import io.redistributed.testing.OtlpHttpCollector;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which refusals are retried: by the OTLP specification, and RESOURCE_EXHAUSTED of Jaeger, which is busy then. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class RefusingCollectorTest {

    @ParameterizedTest
    @CsvSource({
        "otlp, UNAVAILABLE",
        "otlp, DEADLINE_EXCEEDED",
        "otlp, ABORTED",
        "jaeger, UNAVAILABLE",
        "jaeger, RESOURCE_EXHAUSTED"
    })
    void retriesTemporaryErrors(String type, Status.Code code, Vertx vertx) {
        try (GrpcCollector collector = collector(type);
                ExportFixture fixture = to(vertx, type, collector.endpoint())) {
            collector.refuse(code.toStatus());
            fixture.endSpans(2);
            await().until(() -> fixture.figures(0).getLong("failures") > 0);
            collector.accept();

            await().until(() -> fixture.figures(0).getLong("exported") == 2);
            assertThat(collector.spans()).hasSize(2);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "otlp, UNAUTHENTICATED",
        "otlp, INVALID_ARGUMENT",
        "otlp, PERMISSION_DENIED",
        "otlp, UNIMPLEMENTED",
        "otlp, INTERNAL",
        "otlp, RESOURCE_EXHAUSTED",
        "jaeger, UNAUTHENTICATED",
        "jaeger, INVALID_ARGUMENT"
    })
    void dropsAndLogsPermanentErrors(String type, Status.Code code, Vertx vertx) {
        try (LogCapture log = new LogCapture();
                GrpcCollector collector = collector(type);
                ExportFixture fixture = to(vertx, type, collector.endpoint())) {
            collector.refuse(code.toStatus().withDescription("no tenant müller+co 100%"));
            fixture.endSpans(2);

            await().until(() -> fixture.dropped(0, "rejected") == 2);
            assertThat(log.complaints()).anySatisfy(line -> assertThat(line)
                    .contains("gRPC status " + code + " no tenant müller+co 100%;"));
            assertThat(collector.requests()).isEqualTo(collector.sizes().size()).isBetween(1, 2);
            assertThat(fixture.figures(0).getLong("failures")).isEqualTo(collector.requests());
            assertThat(fixture.figures(0).getLong("queued")).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 502, 503, 504})
    void overHttpRetriesTemporaryErrors(int status, Vertx vertx) {
        try (OtlpHttpCollector collector = new OtlpHttpCollector(vertx);
                ExportFixture fixture = overHttp(vertx, collector)) {
            collector.answerWith(status);
            fixture.endSpans(2);
            await().until(() -> fixture.figures(0).getLong("failures") > 0);
            collector.answerWith(200);

            await().until(() -> fixture.figures(0).getLong("exported") == 2);
            assertThat(collector.spans()).hasSize(2);
        }
    }

    /** As a proxy in front of a collector does. */
    @ParameterizedTest
    @ValueSource(ints = {429, 502, 503, 504})
    void overGrpcRetriesTemporaryErrorsOfHttp(int status, Vertx vertx) {
        try (OtlpHttpCollector proxy = new OtlpHttpCollector(vertx);
                ExportFixture fixture = to(vertx, "otlp", proxy.endpoint())) {
            proxy.answerWith(status);
            fixture.endSpans(2);

            await().until(() -> fixture.figures(0).getLong("failures") > 1);
            assertThat(fixture.dropped(0, "rejected")).isZero();
            // Else the exporter tries on while it is closed.
            proxy.answerWith(400);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 302, 400, 401, 403, 404, 500})
    void overGrpcDropsPermanentErrorsOfHttp(int status, Vertx vertx) {
        try (OtlpHttpCollector proxy = new OtlpHttpCollector(vertx);
                ExportFixture fixture = to(vertx, "otlp", proxy.endpoint())) {
            proxy.answerWith(status);
            fixture.endSpans(2);

            await().until(() -> fixture.dropped(0, "rejected") == 2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 400, 401, 403, 404, 413, 500, 501})
    void overHttpDropsPermanentErrors(int status, Vertx vertx) {
        try (OtlpHttpCollector collector = new OtlpHttpCollector(vertx);
                ExportFixture fixture = overHttp(vertx, collector)) {
            collector.answerWith(status);
            fixture.endSpans(2);

            await().until(() -> fixture.dropped(0, "rejected") == 2);
            assertThat(collector.requests())
                    .isEqualTo(fixture.figures(0).getLong("failures").intValue());
        }
    }

    /** Without this it would be asked four times or more in that time. */
    @ParameterizedTest
    @ValueSource(strings = {"3600", "Fri, 31 Dec 2100 23:59:59 GMT"})
    void overHttpWaitsAsLongAsTheCollectorAsks(String retryAfter, Vertx vertx) {
        try (OtlpHttpCollector collector = new OtlpHttpCollector(vertx);
                ExportFixture fixture =
                        ExportFixture.with(vertx, overHttp(collector).put("retryFor", "2s"))) {
            collector.answerWith(503);
            collector.retryAfter(retryAfter);
            fixture.endSpans(1);

            await().until(() -> fixture.dropped(0, "retries_exhausted") == 1);
            assertThat(collector.requests()).isEqualTo(2);
        }
    }

    @Test
    void doesNotWaitWhileItCloses(Vertx vertx) {
        try (OtlpHttpCollector collector = new OtlpHttpCollector(vertx);
                ExportFixture fixture = ExportFixture.with(vertx, overHttp(collector))) {
            collector.answerWith(503);
            collector.retryAfter("3600");
            fixture.endSpans(1);
            await().until(() -> fixture.figures(0).getLong("failures") == 1);
            collector.answerWith(200);

            fixture.undeploy();
            assertThat(collector.spans()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "", "soon", "1e3", "99999999999999999999", "Fri, 31 Dec 1999 23:59:59 GMT"})
    void overHttpIgnoresOtherTimes(String retryAfter, Vertx vertx) {
        try (OtlpHttpCollector collector = new OtlpHttpCollector(vertx);
                ExportFixture fixture = ExportFixture.with(vertx, overHttp(collector))) {
            collector.answerWith(503);
            collector.retryAfter(retryAfter);
            fixture.endSpans(1);
            await().until(() -> fixture.figures(0).getLong("failures") > 1);
            collector.answerWith(200);

            await().until(() -> fixture.figures(0).getLong("exported") == 1);
        }
    }

    @ParameterizedTest
    @CsvSource({"otlp, UNAVAILABLE", "otlp, RESOURCE_EXHAUSTED", "jaeger, UNAVAILABLE", "jaeger, RESOURCE_EXHAUSTED"})
    void overGrpcWaitsAsLongAsTheCollectorAsks(String type, Status.Code code, Vertx vertx) {
        RetryInfo retryInfo = RetryInfo.newBuilder()
                .setRetryDelay(com.google.protobuf.Duration.newBuilder().setSeconds(3600))
                .build();
        com.google.rpc.Status status = com.google.rpc.Status.newBuilder()
                .setCode(code.value())
                .addDetails(Any.pack(DebugInfo.newBuilder().setDetail("busy").build()))
                .addDetails(Any.pack(retryInfo))
                .build();
        try (GrpcCollector collector = collector(type);
                ExportFixture fixture = ExportFixture.with(
                        vertx, over(type, collector.endpoint()).put("retryFor", "2s"))) {
            collector.refuse(StatusProto.toStatusRuntimeException(status), span -> true);
            fixture.endSpans(1);

            await().until(() -> fixture.dropped(0, "retries_exhausted") == 1);
            assertThat(collector.requests()).isEqualTo(2);
        }
    }

    /** The same for a server of Go. Else it would be sent for a minute, in the place of others. */
    @ParameterizedTest
    @ValueSource(strings = {"otlp", "jaeger"})
    void dropsSpansThatAreTooLong(String type, Vertx vertx) {
        try (GrpcCollector collector = collector(type);
                ExportFixture fixture = to(vertx, type, collector.endpoint())) {
            fixture.api
                    .spanBuilder("long")
                    .setAttribute("text", "x".repeat(5_000_000))
                    .startSpan()
                    .end();
            await().until(() -> fixture.dropped(0, "rejected") == 1);

            fixture.endSpans(2);
            await().until(() -> fixture.figures(0).getLong("exported") == 2);
            assertThat(fixture.figures(0).getLong("failures")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-protobuf",
                "Application/X-Protobuf; charset=utf-8",
                "application/json",
                "application/json;charset=UTF-8"
            })
    void overHttpLogsTheReason(String contentType, Vertx vertx) {
        try (LogCapture log = new LogCapture();
                OtlpHttpCollector collector = new OtlpHttpCollector(vertx);
                ExportFixture fixture = overHttp(vertx, collector)) {
            collector.answerWith(400);
            collector.replyType(contentType);
            collector.reply(
                    contentType.contains("json")
                            ? Buffer.buffer("{\"code\": 3, \"message\": \"no tenant müller\"}")
                            : Buffer.buffer(com.google.rpc.Status.newBuilder()
                                    .setCode(Status.Code.INVALID_ARGUMENT.value())
                                    .setMessage("no tenant müller")
                                    .build()
                                    .toByteArray()));
            fixture.endSpans(1);

            await().until(() -> fixture.dropped(0, "rejected") == 1);
            assertThat(log.complaints())
                    .anySatisfy(line -> assertThat(line).contains("HTTP status 400 Bad Request: no tenant müller;"));
        }
    }

    private static GrpcCollector collector(String type) {
        return type.equals("jaeger") ? new JaegerCollector() : new OtlpCollector();
    }

    private static ExportFixture to(Vertx vertx, String type, String endpoint) {
        return ExportFixture.with(vertx, over(type, endpoint));
    }

    private static JsonObject over(String type, String endpoint) {
        return JsonObject.of("exporters", JsonArray.of(JsonObject.of("type", type, "endpoint", endpoint)));
    }

    private static ExportFixture overHttp(Vertx vertx, OtlpHttpCollector collector) {
        return ExportFixture.with(vertx, overHttp(collector));
    }

    private static JsonObject overHttp(OtlpHttpCollector collector) {
        return JsonObject.of(
                "exporters",
                JsonArray.of(
                        JsonObject.of("type", "otlp", "protocol", "http/protobuf", "endpoint", collector.endpoint())));
    }
}
