package io.redistributed.export;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.grpc.Status;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.redistributed.LogCapture;
import io.redistributed.testing.GrpcCollector;
import io.redistributed.testing.JaegerCollector;
import io.redistributed.testing.OtlpCollector;
import io.redistributed.testing.OtlpHttpCollector;
import io.redistributed.testing.ReceivedSpan;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(VertxExtension.class)
@Tag("slow")
class JaegerExporterVerticleTest {

    private final JaegerCollector jaeger = new JaegerCollector();
    private final OtlpCollector otlp = new OtlpCollector();
    private ExportFixture fixture;

    @AfterEach
    void close() {
        if (fixture != null) {
            fixture.close();
        }
        jaeger.close();
        otlp.close();
    }

    @Test
    void spansOfManyThreadsArriveAtEveryExporter(Vertx vertx) {
        fixture = ExportFixture.with(
                vertx, config("batchSize", 100).put("exporters", JsonArray.of(to(jaeger), to(otlp), "store")));

        CompletableFuture.allOf(IntStream.range(0, 4)
                        .mapToObj(i -> CompletableFuture.runAsync(() -> fixture.endSpans(2_000)))
                        .toArray(CompletableFuture<?>[]::new))
                .join();

        await().until(() ->
                IntStream.range(0, 3).allMatch(i -> fixture.figures(i).getLong("queued") == 0));
        assertThat(jaeger.spans())
                .hasSize(8_000)
                .extracting(ReceivedSpan::spanId)
                .doesNotHaveDuplicates();
        assertThat(otlp.spans()).hasSize(8_000).extracting(ReceivedSpan::spanId).doesNotHaveDuplicates();
        assertThat(fixture.pipeline.store().figures().getInteger("spans")).isEqualTo(8_000);
        assertThat(jaeger.requests()).isGreaterThanOrEqualTo(80);
        for (int i = 0; i < 3; i++) {
            assertAccounts(i, 8_000, 8_000);
        }
    }

    @Test
    void splitsLargeMessages(Vertx vertx) {
        fixture = ExportFixture.with(vertx, config("delay", "1h").put("exporters", JsonArray.of(to(otlp))));
        List<String> ids = IntStream.range(0, 6).mapToObj(i -> endLargeSpan()).toList();

        fixture.forceFlush();

        assertArrive(otlp, ids);
        assertThat(otlp.requests()).isEqualTo(2);
    }

    @Test
    void originsOfSpansCountAgainstTheSizeOfMessages(Vertx vertx) {
        fixture = ExportFixture.with(
                vertx,
                config("delay", "1h").put("retryFor", "0s").put("exporters", JsonArray.of(to(otlp), to(jaeger))));
        for (int i = 0; i < 50; i++) {
            SdkTracerProvider provider = SdkTracerProvider.builder()
                    .addSpanProcessor(fixture.pipeline.queue())
                    .setResource(Resource.create(Attributes.builder()
                            .put("service.name", "service " + i)
                            .put("text", "x".repeat(100_000))
                            .build()))
                    .build();
            provider.get("scope " + i).spanBuilder("span").startSpan().end();
            fixture.api
                    .spanBuilder("span")
                    .setAttribute("of", "the fixture")
                    .startSpan()
                    .end();
            provider.get("y".repeat(100_000)).spanBuilder("span").startSpan().end();
        }

        fixture.forceFlush();
        await().until(() -> otlp.spans().size() == 150 && jaeger.spans().size() == 150);
    }

    @Test
    void spanThatCannotBeWrittenIsLostAlone(Vertx vertx) {
        Value<?> nested = Value.of("text");
        for (int i = 0; i < 100_000; i++) {
            nested = Value.of(List.<Value<?>>of(nested));
        }
        fixture = ExportFixture.with(
                vertx, config("delay", "1h").put("exporters", JsonArray.of(to(otlp), to(jaeger), "store")));
        List<String> ids = fixture.endSpans(10);
        fixture.api
                .spanBuilder("deep")
                .setAttribute(AttributeKey.valueKey("nested"), nested)
                .startSpan()
                .end();
        ids.addAll(fixture.endSpans(1_000));

        fixture.forceFlush();

        assertArrive(otlp, ids);
        assertArrive(jaeger, ids);
        assertThat(fixture.dropped(0, "rejected")).isEqualTo(1);
        assertThat(fixture.dropped(1, "rejected")).isEqualTo(1);
        assertThat(fixture.dropped(2, "rejected")).isEqualTo(1);
        assertThat(fixture.figures(2).getLong("exported")).isEqualTo(1_010);
    }

    /** Which OpenTelemetry allows. */
    @Test
    void keepsSpansWithNullInArrays(Vertx vertx) {
        fixture = ExportFixture.with(vertx, config("exporters", JsonArray.of(to(otlp), to(jaeger), "store")));
        Span span = fixture.api
                .spanBuilder("span")
                .setAttribute(AttributeKey.stringArrayKey("k"), Arrays.asList("a", null, "b"))
                .startSpan();
        span.end();

        fixture.forceFlush();

        List<String> ids = List.of(span.getSpanContext().getSpanId());
        assertArrive(otlp, ids);
        assertArrive(jaeger, ids);
        assertThat(fixture.pipeline
                        .store()
                        .find(span.getSpanContext().getTraceId())
                        .orElseThrow()
                        .toJson()
                        .getJsonArray("spans")
                        .getJsonObject(0)
                        .getJsonObject("attributes")
                        .getJsonArray("k"))
                .isEqualTo(JsonArray.of("a", null, "b"));
    }

    private String endLargeSpan() {
        Span span = fixture.api
                .spanBuilder("large")
                .setAttribute("text", "x".repeat(1 << 20))
                .startSpan();
        span.end();
        return span.getSpanContext().getSpanId();
    }

    @Test
    void retriesTemporaryRefusal(Vertx vertx) {
        jaeger.refuse(Status.UNAVAILABLE);
        otlp.refuse(Status.ABORTED);
        fixture = ExportFixture.with(
                vertx, config("timeout", "500ms").put("exporters", JsonArray.of(to(jaeger), to(otlp))));

        List<String> ids = fixture.endSpans(100);
        await().until(() -> failures(0) > 1 && failures(1) > 1);
        jaeger.accept();
        otlp.accept();

        assertArrive(jaeger, ids);
        assertArrive(otlp, ids);
        await().untilAsserted(() -> assertAccounts(0, 100, 100));
        await().untilAsserted(() -> assertAccounts(1, 100, 100));
    }

    @Test
    void doesNotResendAcceptedPartOfBatch(Vertx vertx) {
        jaeger.refuse(Status.UNAVAILABLE, span -> span.service().equals("api"));
        fixture = ExportFixture.with(vertx, config("timeout", "500ms").put("exporters", JsonArray.of(to(jaeger))));

        List<String> ids = fixture.endSpans(10);
        await().until(() -> failures(0) > 1 && jaeger.spans().size() == 5);
        jaeger.accept();

        assertArrive(jaeger, ids);
    }

    @Test
    void restartOfCollectorLosesNothing(Vertx vertx) {
        fixture = ExportFixture.with(
                vertx, config("timeout", "500ms").put("exporters", JsonArray.of(to(jaeger), to(otlp))));
        List<String> ids = fixture.endSpans(10);
        assertArrive(jaeger, ids);
        assertArrive(otlp, ids);

        jaeger.stop();
        otlp.stop();
        ids.addAll(fixture.endSpans(1_000));
        await().until(() -> failures(0) > 1 && failures(1) > 1);
        jaeger.start();
        otlp.start();

        assertArrive(jaeger, ids);
        assertArrive(otlp, ids);
    }

    @Test
    void lateCollectorGetsEarlierSpans(Vertx vertx) {
        String endpoint = otlp.endpoint();
        otlp.stop();
        fixture = new ExportFixture(vertx, new SpanQueue(SpanQueue.DEFAULT_CAPACITY));
        List<String> ids = fixture.endSpans(10);
        fixture.deploy(config("exporters", JsonArray.of(JsonObject.of("type", "otlp", "endpoint", endpoint))));

        await().until(() -> failures(0) > 0);
        otlp.start();

        assertArrive(otlp, ids);
    }

    @Test
    void rejectedSpansAreCountedAndNotResent(Vertx vertx) {
        otlp.refuse(Status.INVALID_ARGUMENT.withDescription("no such tenant"));
        fixture = ExportFixture.with(vertx, config("delay", "1h").put("exporters", JsonArray.of(to(otlp))));

        fixture.endSpans(10);
        await(fixture.pipeline.flush());

        await().until(() -> fixture.dropped(0, "rejected") == 10);
        assertThat(otlp.requests()).isEqualTo(1);
        assertAccounts(0, 10, 0);
    }

    @Test
    void overHttpRetriesOnlyRetryableFailures(Vertx vertx) {
        try (OtlpHttpCollector http = new OtlpHttpCollector(vertx)) {
            JsonObject exporter = overHttp(http.endpoint());
            fixture = ExportFixture.with(vertx, config("exporters", JsonArray.of(exporter)));

            http.answerWith(503);
            fixture.endSpans(10);
            await().until(() -> failures(0) > 1);
            http.answerWith(200);
            await().untilAsserted(() -> assertThat(http.spans()).hasSize(10));

            http.answerWith(400);
            fixture.endSpans(10);
            await().until(() -> fixture.dropped(0, "rejected") == 10);
            assertAccounts(0, 20, 10);
        }
    }

    @Test
    void countsSpansOfPartialSuccessAsRejected(Vertx vertx) {
        ExportTraceServiceResponse partial = partialSuccess(3, "too old");
        try (LogCapture log = new LogCapture();
                OtlpHttpCollector http = new OtlpHttpCollector(vertx)) {
            otlp.reply(partial);
            http.reply(Buffer.buffer(partial.toByteArray()));
            JsonObject overHttp = overHttp(http.endpoint());
            fixture = ExportFixture.with(vertx, config("exporters", JsonArray.of(to(otlp), overHttp)));
            fixture.endSpans(10);

            await().until(() -> fixture.dropped(0, "rejected") == 3 && fixture.dropped(1, "rejected") == 3);
            assertAccounts(0, 10, 7);
            assertAccounts(1, 10, 7);
            assertThat(otlp.requests()).isEqualTo(1);
            assertThat(http.requests()).isEqualTo(1);
            assertThat(log.complaints())
                    .anySatisfy(line -> assertThat(line).contains("rejected 3 of 10 spans: too old; exported 7 spans"));
        }
    }

    @ParameterizedTest
    @CsvSource({"11, 10", "9223372036854775807, 10", "-1, 0", "0, 0"})
    void rejectedSpansAreAtMostThoseSent(long rejected, int counted, Vertx vertx) {
        otlp.reply(partialSuccess(rejected, ""));
        fixture = ExportFixture.with(vertx, config("exporters", JsonArray.of(to(otlp))));
        fixture.endSpans(10);

        await().untilAsserted(() -> assertAccounts(0, 10, 10 - counted));
        assertThat(fixture.dropped(0, "rejected")).isEqualTo(counted);
    }

    @Test
    void logsWhatIsSaidOfSpansThatWereTaken(Vertx vertx) {
        try (LogCapture log = new LogCapture()) {
            otlp.reply(partialSuccess(0, "use version 2"));
            fixture = ExportFixture.with(vertx, config("exporters", JsonArray.of(to(otlp))));
            fixture.endSpans(10);

            await().untilAsserted(() -> assertAccounts(0, 10, 10));
            assertThat(log.complaints()).singleElement().asString().endsWith("succeeds with a warning: use version 2");
        }
    }

    /** All that counts is the status. */
    @Test
    void acceptsUnreadableAndLongResponses(Vertx vertx) {
        try (LogCapture log = new LogCapture();
                OtlpHttpCollector http = new OtlpHttpCollector(vertx)) {
            JsonObject exporter = overHttp(http.endpoint());
            fixture = ExportFixture.with(vertx, config("exporters", JsonArray.of(exporter)));

            http.reply(Buffer.buffer("<html>"));
            fixture.endSpans(10);
            await().untilAsserted(() -> assertAccounts(0, 10, 10));
            http.reply(Buffer.buffer(new byte[10_000_000]));
            fixture.endSpans(10);
            await().untilAsserted(() -> assertAccounts(0, 20, 20));
            assertThat(log.complaints())
                    .singleElement()
                    .asString()
                    .endsWith("succeeds with a warning: the response is not OTLP; is the endpoint a collector?");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                                   | 0 | ",
                "{\"partialSuccess\": {}}                                             | 0 | ",
                "{\"partialSuccess\": {\"rejectedSpans\": \"3\", \"errorMessage\": \"old\"}} | 3 | rejected 3 of 10 spans: old;",
                "{\"partialSuccess\": {\"rejectedSpans\": 3}}                         | 3 | rejected 3 of 10 spans:;",
                "{\"login\": \"/sso\"}                                                | 0 | the response is not OTLP",
                "{\"partialSuccess\": 1}                                              | 0 | the response is not OTLP",
                "{\"partialSuccess\": {\"rejectedSpans\": \"x\"}}                     | 0 | the response is not OTLP",
                "{                                                                    | 0 | the response is not OTLP"
            })
    void readsResponsesInJson(String reply, int rejected, String complaint, Vertx vertx) {
        try (LogCapture log = new LogCapture();
                OtlpHttpCollector http = new OtlpHttpCollector(vertx)) {
            http.reply(Buffer.buffer(reply));
            fixture = ExportFixture.with(vertx, config("exporters", JsonArray.of(overHttp(http.endpoint()))));
            fixture.endSpans(10);

            await().untilAsserted(() -> assertAccounts(0, 10, 10 - rejected));
            assertThat(fixture.dropped(0, "rejected")).isEqualTo(rejected);
            if (complaint == null) {
                assertThat(log.complaints()).isEmpty();
            } else {
                assertThat(log.complaints()).singleElement().asString().contains(complaint);
            }
        }
    }

    private static JsonObject overHttp(String endpoint) {
        return JsonObject.of("type", "otlp", "protocol", "http/protobuf", "endpoint", endpoint);
    }

    private static ExportTraceServiceResponse partialSuccess(long rejected, String why) {
        return ExportTraceServiceResponse.newBuilder()
                .setPartialSuccess(ExportTracePartialSuccess.newBuilder()
                        .setRejectedSpans(rejected)
                        .setErrorMessage(why))
                .build();
    }

    @Test
    void endpointMayBeAnAddressOfIpv6(Vertx vertx) {
        HttpServer collector = vertx.createHttpServer()
                .requestHandler(request -> request.response().end());
        Future<HttpServer> listening = collector.listen(0, "::1");
        await().until(listening::isComplete);
        assumeTrue(listening.succeeded(), "this host has no IPv6");

        fixture = ExportFixture.with(
                vertx, config("exporters", JsonArray.of(overHttp("http://[::1]:" + collector.actualPort()))));
        fixture.endSpans(10);

        await().untilAsserted(() -> assertAccounts(0, 10, 10));
    }

    @Test
    void hangingCollectorDoesNotDelayOther(Vertx vertx) {
        jaeger.hang();
        fixture = ExportFixture.with(
                vertx,
                config("batchSize", 10)
                        .put("flushTimeout", "100ms")
                        .put("exporters", JsonArray.of(to(jaeger), to(otlp))));

        List<String> ids = fixture.endSpans(1_000);

        assertArrive(otlp, ids);
        await().untilAsserted(() -> assertAccounts(1, 1_000, 1_000));
        JsonObject hanging = fixture.figures(0);
        assertThat(hanging.getLong("exported")).isZero();
        assertThat(hanging.getLong("queued")).isEqualTo(1_000);
        assertThat(hanging.getLong("inFlight")).isBetween(10L, 50L);

        fixture.undeploy();
        assertThat(fixture.dropped(0, "shutdown")).isEqualTo(1_000);
        assertAccounts(0, 1_000, 0);
    }

    @Test
    void retriesHangingAttempt(Vertx vertx) {
        otlp.hang();
        fixture = ExportFixture.with(vertx, config("timeout", "100ms").put("exporters", JsonArray.of(to(otlp))));

        List<String> ids = fixture.endSpans(10);
        await().until(() -> failures(0) > 0);
        otlp.accept();

        assertArrive(otlp, ids);
    }

    @Test
    void dropsBatchAfterTimeout(Vertx vertx) {
        otlp.refuse(Status.UNAVAILABLE);
        fixture = ExportFixture.with(vertx, config("retryFor", "0s").put("exporters", JsonArray.of(to(otlp))));

        fixture.endSpans(10);

        await().until(() -> fixture.dropped(0, "retries_exhausted") == 10);
        assertAccounts(0, 10, 0);
    }

    @Test
    void countsDropsOfFullBuffer(Vertx vertx) {
        otlp.hang();
        fixture = ExportFixture.with(
                vertx,
                config("batchSize", 10)
                        .put("buffer", 20)
                        .put("inFlight", 1)
                        .put("flushTimeout", "100ms")
                        .put("exporters", JsonArray.of(to(otlp), "store")));

        fixture.endSpans(1_000);

        await().until(() -> fixture.dropped(0, "buffer_full") == 970);
        await().untilAsserted(() -> assertAccounts(1, 1_000, 1_000));
        assertThat(fixture.figures(0).getLong("queued")).isEqualTo(30);
        assertThat(fixture.figures(0).getLong("inFlight")).isEqualTo(10);
    }

    @Test
    void longTextsFillTheBuffer(Vertx vertx) {
        otlp.hang();
        fixture = ExportFixture.with(
                vertx,
                config("batchSize", 10)
                        .put("buffer", 2_048)
                        .put("inFlight", 1)
                        .put("flushTimeout", "100ms")
                        .put("exporters", JsonArray.of(to(otlp))));

        IntStream.range(0, 20).forEach(i -> endLargeSpan());

        // Two or three spans of 1 MiB are in flight, and two wait.
        await().until(() -> fixture.dropped(0, "buffer_full") >= 15);
        assertThat(fixture.figures(0).getLong("queued")).isBetween(4L, 5L);
    }

    @Test
    void countsDropsOfFullQueue(Vertx vertx) {
        fixture = new ExportFixture(vertx, new SpanQueue(64));
        fixture.endSpans(100);
        fixture.deploy(config("exporters", JsonArray.of(to(otlp))));

        await().until(() -> fixture.figures(0).getLong("exported") == 64);
        assertThat(fixture.dropped(0, "queue_full")).isEqualTo(36);
        assertThat(fixture.pipeline.figures().getLong("dropped")).isEqualTo(36);
        assertAccounts(0, 100, 64);
    }

    @Test
    void undeployExportsRemainingSpans(Vertx vertx) {
        fixture = ExportFixture.with(
                vertx, config("delay", "1h").put("exporters", JsonArray.of(to(jaeger), to(otlp), "store")));

        List<String> ids = fixture.endSpans(500);
        assertThat(otlp.spans()).isEmpty();
        fixture.undeploy();

        assertThat(jaeger.spans()).extracting(ReceivedSpan::spanId).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(otlp.spans()).extracting(ReceivedSpan::spanId).containsExactlyInAnyOrderElementsOf(ids);
        for (int i = 0; i < 3; i++) {
            assertAccounts(i, 500, 500);
        }
    }

    @Test
    void fullBatchIsSentWithoutDelay(Vertx vertx) {
        fixture = ExportFixture.with(
                vertx, config("delay", "1h").put("batchSize", 10).put("exporters", JsonArray.of(to(otlp))));

        fixture.endSpans(9);
        fixture.endSpans(1);
        await().until(() -> otlp.spans().size() == 10);
        fixture.endSpans(10);
        await().until(() -> otlp.spans().size() == 20);
    }

    @Test
    void flushMovesEndedSpansToStore(Vertx vertx) {
        fixture = ExportFixture.with(vertx, config("delay", "1h").put("batchSize", 1_000));

        fixture.endSpans(500);
        assertThat(fixture.pipeline.store().figures().getInteger("spans")).isZero();
        await(fixture.pipeline.flush());

        assertThat(fixture.pipeline.store().figures().getInteger("spans")).isEqualTo(500);
    }

    @Test
    void redeployedVerticleUsesSameQueue(Vertx vertx) {
        JsonObject config = config("exporters", JsonArray.of(to(otlp)));
        fixture = ExportFixture.with(vertx, config);
        List<String> ids = fixture.endSpans(10);
        fixture.undeploy();
        ids.addAll(fixture.endSpans(5));
        assertThat(fixture.pipeline.flush().succeeded()).isTrue();
        fixture.deploy(config);

        assertArrive(otlp, ids);
        await().until(() -> fixture.figures(0).getLong("exported") == 5);
        assertThat(fixture.figures(0).getLong("queued")).isZero();
    }

    @Test
    void rejectsSecondInstance(Vertx vertx) {
        fixture = new ExportFixture(vertx, new SpanQueue(SpanQueue.DEFAULT_CAPACITY));
        DeploymentOptions two = new DeploymentOptions().setInstances(2);
        assertThatThrownBy(() -> await(fixture.vertx.deployVerticle(ExportFixture.VERTICLE, two)))
                .hasMessageContaining("deployed already");

        fixture.deploy(new JsonObject());
        assertThatThrownBy(() -> fixture.deploy(new JsonObject())).hasMessageContaining("deployed already");

        fixture.endSpans(10);
        await().untilAsserted(() -> assertAccounts(0, 10, 10));
    }

    @Test
    void requiresPipeline(Vertx vertx) {
        assertThatThrownBy(() -> await(vertx.deployVerticle(ExportFixture.VERTICLE)))
                .hasMessageContaining("No span pipeline is installed");
    }

    @Test
    void rejectsInvalidConfig(Vertx vertx) {
        fixture = new ExportFixture(vertx, new SpanQueue(SpanQueue.DEFAULT_CAPACITY));

        assertThatThrownBy(() -> fixture.deploy(config("exporters", JsonArray.of("zipkin"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("exporters[0].type: \"zipkin\" is not one of store, jaeger, otlp");
    }

    private void assertAccounts(int exporter, long ended, long exported) {
        JsonObject figures = fixture.figures(exporter);
        long lost = figures.getJsonObject("dropped").stream()
                .mapToLong(entry -> (Long) entry.getValue())
                .sum();
        assertThat(fixture.pipeline.figures().getLong("ended")).isEqualTo(ended);
        assertThat(figures.getLong("exported")).isEqualTo(exported);
        assertThat(lost).isEqualTo(ended - exported);
        assertThat(figures.getLong("queued")).isZero();
        assertThat(figures.getLong("inFlight")).isZero();
    }

    private long failures(int exporter) {
        return fixture.figures(exporter).getLong("failures");
    }

    private static void assertArrive(GrpcCollector collector, List<String> ids) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(collector.spans())
                .extracting(ReceivedSpan::spanId)
                .containsExactlyInAnyOrderElementsOf(ids));
    }

    private static JsonObject to(JaegerCollector collector) {
        return JsonObject.of("type", "jaeger", "endpoint", collector.endpoint());
    }

    private static JsonObject to(OtlpCollector collector) {
        return JsonObject.of("type", "otlp", "endpoint", collector.endpoint());
    }

    private static JsonObject config(String key, Object value) {
        return JsonObject.of(key, value);
    }
}
